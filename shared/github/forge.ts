import type { ClockPort } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { LogPort } from '../ports/log.ts';
import type { CallOptions } from './call.ts';
import { checksOver } from './checks.ts';
import type { OctokitLike } from './octokit.ts';
import type { Holder } from './permission-remedy.ts';
import { permissionsOver } from './permissions.ts';
import { repositoryOver } from './repository.ts';
import { sender } from './send.ts';
import { threadsOver } from './threads.ts';
import { viewerOver } from './viewer.ts';

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
  /** In [0, 1), for jitter. Default Math.random. */
  readonly random?: () => number;
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
  const { clock, log, signal, knownLogin, waitBudgetMs = DEFAULT_WAIT_BUDGET_MS, random = Math.random } = options;
  const { holder = 'job' } = options;
  const calls: CallOptions = { clock, log, waitBudgetMs, signal, random, holder };
  const send = sender(octokit, calls);
  const isCertain = holder === 'app' && knownLogin !== undefined;
  return {
    viewer: isCertain ? () => Promise.resolve(knownLogin) : viewerOver(octokit, send, { ...calls, knownLogin }),
    ...threadsOver(send, log),
    ...checksOver(send),
    ...permissionsOver(send),
    ...repositoryOver(send),
  };
}
