/** Time, so that rules about waiting can be tested without waiting. */
export interface ClockPort {
  /** Milliseconds since the epoch. Somebody may set this clock: it can jump in both directions. */
  now(): number;
  /** Milliseconds of a clock that nobody sets, for measuring how much time has passed; where it begins means nothing. */
  steady(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
