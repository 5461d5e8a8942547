/** What a failed call was, for messages and for decisions. */
export interface ForgeCall {
  readonly method: string;
  /** Path below the API's root, e.g. `/repos/acme/api/issues/7/comments`. */
  readonly path: string;
  /** The last answer's status; absent when no answer came. */
  readonly status?: number;
  /** Whether it passes by itself. Default: when no answer came, after a 5xx and after a 429. */
  readonly passes?: boolean;
  /** How long the forge asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * A call to the forge failed for good: refused, not found, not valid. Or, where it {@link passes}, for now: the forge is
 * away, or a rate limit lasts longer than one call may wait.
 */
export class ForgeError extends Error {
  override readonly name: string = 'ForgeError';
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;
  /** Nothing is wrong with what was asked, and the same call will do later. */
  readonly passes: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, call: ForgeCall, options?: ErrorOptions) {
    super(message, options);
    this.method = call.method;
    this.path = call.path;
    this.status = call.status;
    const { status = 500 } = call;
    this.passes = call.passes ?? (status >= 500 || status === 429);
    this.retryAfterMs = call.retryAfterMs;
  }
}

/**
 * Something was to be created and the answer got lost: it may exist or not. Look for it (by marker and author, on all
 * pages) before creating again, else the thread gets it twice.
 */
export class WriteInDoubtError extends ForgeError {
  override readonly name = 'WriteInDoubtError';
}
