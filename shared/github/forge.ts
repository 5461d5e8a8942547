import type { ClockPort } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { LogPort } from '../ports/log.ts';
import type { CallOptions } from './call.ts';
import { checksOver } from './checks.ts';
import type { OctokitLike } from './octokit.ts';
import type { Holder } from './permission-remedy.ts';
import { permissionsOver } from './permissions.ts';
import { repositoryOver } from './repository.ts';
import { type Send, sender } from './send.ts';
import { threadsOver } from './threads.ts';
import { viewerOver } from './viewer.ts';
import { paced, type WritePace } from './write-pace.ts';

/** A quarter of an hour: longer than any secondary limit, shorter than a job that pays by the minute should hang. */
const DEFAULT_WAIT_BUDGET_MS = 15 * 60_000;

export interface ForgeOptions {
  readonly clock: ClockPort;
  /** Rate limits that are waited out are told as notices, retries at debug level. */
  readonly log: LogPort;
  /** The most that one call may spend waiting for rate limits and retries, in ms. Default 15 minutes. */
  readonly waitBudgetMs?: number;
  /** Ends waits and requests under way; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * The token's login. An App knows its own for certain, so GitHub is not asked; for a job it is for when GitHub will not
   * say. Pass `github-actions[bot]` only when the token is known to be the job's own `github.token`: a wrong guess lets
   * somebody else's comment pass for ours.
   */
  readonly knownLogin?: string;
  /** Whose permissions a refusal is about, so that the message names the right place to grant them. Default `job`. */
  readonly holder?: Holder;
  /** Keeps writes within GitHub's limits before it has to say so. Default: nothing waits before GitHub asks for it. */
  readonly writePace?: WritePace;
  /** In [0, 1), for jitter. Default Math.random. */
  readonly random?: () => number;
}

function callOptions(options: ForgeOptions): CallOptions {
  const { clock, log, signal, waitBudgetMs = DEFAULT_WAIT_BUDGET_MS, random = Math.random } = options;
  return { clock, log, waitBudgetMs, signal, random, holder: options.holder ?? 'job' };
}

/** For what is no part of the {@link Forge}; keeps the same promises about limits, faults and errors. */
export function createSender(octokit: OctokitLike, options: ForgeOptions): Send {
  const send = sender(octokit, callOptions(options));
  return options.writePace === undefined ? send : paced(send, options.writePace, options);
}

/**
 * GitHub through an Octokit that the edge made: the edge knows the token, the server and the proxy. Keeps the promises
 * of {@link Forge}: all pages read, limits waited out, creations never doubled, errors
 * that say what to do.
 *
 * Octokit's own throttling and retry plugins are not used, see docs/adr/0004-rate-limits-in-the-forge.md.
 *
 * @throws ForgeError from every method, and WriteInDoubtError from `create…` when the answer was lost.
 */
export function createForge(octokit: OctokitLike, options: ForgeOptions): Forge {
  const { log, knownLogin, holder = 'job' } = options;
  const calls = callOptions(options);
  const send = createSender(octokit, options);
  const isCertain = holder === 'app' && knownLogin !== undefined;
  const viewer = isCertain ? () => Promise.resolve(knownLogin) : viewerOver(octokit, send, { ...calls, knownLogin });
  return {
    viewer,
    ...threadsOver(send, log),
    ...checksOver(send, viewer),
    ...permissionsOver(send),
    ...repositoryOver(send),
  };
}
