import type { ClockPort } from '../ports/clock.ts';
import { ForgeError, WriteInDoubtError, type ForgeCall } from '../ports/forge-error.ts';
import type { LogPort } from '../ports/log.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Holder, permissionRemedy } from './permission-remedy.ts';
import { verdictAfter } from './retry.ts';

/** How long a request may take before it counts as lost. GitHub itself gives up after 10 s. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface CallOptions {
  readonly clock: ClockPort;
  readonly log: LogPort;
  /** The most that one call may spend waiting, in ms. */
  readonly waitBudgetMs: number;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  /** Ends waits and requests under way; the call rejects with the signal's reason. */
  readonly signal: AbortSignal | undefined;
  readonly holder: Holder;
}

export interface Call<T> {
  readonly method: string;
  readonly path: string;
  /** True when a repetition does no harm. */
  readonly idempotent: boolean;
  /** One attempt. What it throws is judged; an answer that cannot be read counts as a broken connection. */
  readonly attempt: (request: { readonly signal: AbortSignal; readonly retries: 0 }) => Promise<T>;
}

/** Makes one call, again and again where that is safe, and gives its answer or a {@link ForgeError}. */
export async function call<T>(what: Call<T>, options: CallOptions): Promise<T> {
  const { clock, log, signal } = options;
  const name = `${what.method} ${what.path}`;
  let budgetMs = options.waitBudgetMs;
  for (let faults = 1, limits = 1; ;) {
    signal?.throwIfAborted();
    const failed = await attemptOnce(what, signal);
    if ('answer' in failed) return failed.answer;
    signal?.throwIfAborted();
    const { failure, error } = failed;
    const { idempotent } = what;
    const verdict = verdictAfter({ failure, idempotent, faults, limits, now: clock.now(), random: options.random() });
    if (verdict.kind === 'in-doubt')
      throw new WriteInDoubtError(doubtMessage(name, failure), told(what, failure), { cause: error });
    if (verdict.kind === 'stop')
      throw new ForgeError(finalMessage(what, failure, options.holder), told(what, failure), { cause: error });
    if (verdict.ms > budgetMs) {
      const message = `${finalMessage(what, failure, options.holder)} Not tried again: it asks for ${seconds(verdict.ms)}, and ${seconds(budgetMs)} are left to wait.`;
      const limit = verdict.because === 'limit' && { passes: true, retryAfterMs: verdict.ms };
      throw new ForgeError(message, { ...told(what, failure), ...limit }, { cause: error });
    }
    budgetMs -= verdict.ms;
    if (verdict.because === 'limit') {
      limits += 1;
      log.notice(`GitHub's rate limit is reached; ${name} goes on in ${seconds(verdict.ms)}. (${failure.message})`);
    } else {
      faults += 1;
      log.debug(`${name} failed (${failure.message}); trying again in ${verdict.ms} ms.`);
    }
    await clock.sleep(verdict.ms, signal);
  }
}

async function attemptOnce<T>(
  what: Call<T>,
  signal: AbortSignal | undefined,
): Promise<{ answer: T } | { failure: Failure; error: unknown }> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    // `retries: 0` tells Octokit's retry plugin, which Probot brings along, that the loop above does it.
    const request = {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      retries: 0,
    } as const;
    return { answer: await what.attempt(request) };
  } catch (error) {
    return { failure: failureOf(error), error };
  }
}

function told({ method, path }: Call<unknown>, failure: Failure): ForgeCall {
  if (failure.kind === 'refusal') return { method, path, status: failure.status };
  return failure.isUnreadable === true ? { method, path, passes: false } : { method, path };
}

function finalMessage({ method, path }: Call<unknown>, failure: Failure, holder: Holder): string {
  if (failure.kind === 'breakdown') return `GitHub could not be reached for ${method} ${path}: ${failure.message}.`;
  const remedy = permissionRemedy({ method, path, refusal: failure, holder });
  return `GitHub refused ${method} ${path} with ${failure.status}: ${failure.message}.${remedy === '' ? '' : ` ${remedy}`}`;
}

function doubtMessage(name: string, failure: Failure): string {
  const status = failure.kind === 'refusal' ? `${failure.status}, ` : '';
  return `${name} may have been carried out or not (${status}${failure.message}). Look for it before creating it again.`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
