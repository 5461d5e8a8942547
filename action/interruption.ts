/** The runner asked the step to stop: the workflow was canceled, or the machine goes away. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** `timeout-minutes` passed. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/**
 * The runner sends SIGINT, SIGTERM 7.5 s later and kills 2.5 s after that. A task that is just being created gets this
 * much of it to come back with its id, so that it can be canceled.
 */
export const SUBMIT_GRACE_MS = 3_500;
/** From the first signal on, everything else must be said and done by then. */
export const INTERRUPT_BUDGET_MS = 7_000;

export interface Interruption {
  /** Aborts with {@link Interrupted} or {@link TimeIsUp}. */
  readonly signal: AbortSignal;
  /** Aborts with {@link TimeIsUp} alone. */
  readonly overtime: AbortSignal;
  /** Aborts {@link SUBMIT_GRACE_MS} after an interrupt and never for the time being up: for what must not be cut short. */
  readonly late: AbortSignal;
  /** Aborts {@link INTERRUPT_BUDGET_MS} after an interrupt: the last word must be spoken. */
  readonly final: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM, and for the time limit counted from now. */
export function listenForInterruption(source: NodeJS.Process, timeoutMs: number): Interruption {
  const now = new AbortController();
  const late = new AbortController();
  const final = new AbortController();
  const overtime = new AbortController();
  const timers = [
    later(timeoutMs, () => {
      const reason = new TimeIsUp('The time is up.');
      overtime.abort(reason);
      now.abort(reason);
    }),
  ];
  const interrupt = (): void => {
    const reason = new Interrupted('The workflow was canceled.');
    if (!now.signal.aborted) now.abort(reason);
    timers.push(later(SUBMIT_GRACE_MS, () => late.abort(reason)));
    timers.push(later(INTERRUPT_BUDGET_MS, () => final.abort(reason)));
  };
  const once = (): void => {
    source.off('SIGINT', once).off('SIGTERM', once);
    // The runner's second signal must not kill us by default while the last word is being spoken.
    source.on('SIGINT', ignore).on('SIGTERM', ignore);
    interrupt();
  };
  source.on('SIGINT', once).on('SIGTERM', once);
  return {
    signal: now.signal,
    overtime: overtime.signal,
    late: late.signal,
    final: final.signal,
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const listener of [once, ignore]) source.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}

function ignore(): void {
  // Swallowed on purpose, see above.
}

/** `setTimeout` takes at most 2^31-1 ms, less than the 35 days a job may run; longer waits are chained. */
function later(ms: number, act: () => void): NodeJS.Timeout {
  const MAX_TIMER_MS = 2_147_483_647;
  const timer = ms > MAX_TIMER_MS ? setTimeout(() => later(ms - MAX_TIMER_MS, act), MAX_TIMER_MS) : setTimeout(act, ms);
  return timer.unref();
}
