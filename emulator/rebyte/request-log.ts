const KEPT = 1_000;

export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  /** Without the query: signed URLs carry their signature there. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

/** The last 1,000 requests; no headers and no bodies, so no secrets. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  /** Oldest first. */
  list(): readonly LoggedRequest[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
