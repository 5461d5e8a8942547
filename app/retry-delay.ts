/** How a failed job's waits grow. */
export interface Backoff {
  /** After the first failure, in milliseconds. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds to wait after so many failures: doubled each time, and shortened by up to a half at random, so that jobs
 * which failed together do not come back together.
 *
 * @param random in [0, 1)
 */
export function retryDelay(failures: number, { firstMs, maxMs }: Backoff, random: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
  return Math.round(whole * (1 - random / 2));
}
