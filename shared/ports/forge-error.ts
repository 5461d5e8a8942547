/** What a failed call was, for messages and for decisions. */
export interface ForgeCall {
  readonly method: string;
  /** Path below the API's root, e.g. `/repos/acme/api/issues/7/comments`. */
  readonly path: string;
  /** The last answer's status; absent when no answer came. */
  readonly status?: number;
}

/** A call to the forge failed for good: refused, not found, not valid, or the waiting budget is spent. */
export class ForgeError extends Error {
  readonly method: string;
  readonly path: string;
  readonly status: number | undefined;

  constructor(message: string, call: ForgeCall, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.method = call.method;
    this.path = call.path;
    this.status = call.status;
  }
}

/**
 * Something was to be created and the answer got lost: it may exist or not. Look for it (by marker and author, on all
 * pages) before creating again, else the thread gets it twice.
 */
export class WriteInDoubtError extends ForgeError {}
