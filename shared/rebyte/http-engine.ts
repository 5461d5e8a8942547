import type { LookupFunction } from 'node:net';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;
export type TimeoutPhase = 'connect' | 'headers' | 'body';

export interface HttpRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  /** The longest wait for the answer's headers, counted from the last byte sent. */
  readonly headersMs: number;
  /** The longest silence within the answer's body. */
  readonly bodyMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Finds the host's addresses, for a host that somebody else chose; such a request shares no connection with others. */
  readonly lookup?: LookupFunction | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** One header's value, its repetitions joined by `, `. */
  header(name: string): string | undefined;
  /** The body as it arrives, with backpressure. Can be read once; leaving the loop early ends the connection. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection without reading on. */
  discard(): void;
}

/**
 * What carries one attempt at one request. It follows no redirect, verifies certificates, and fails with errors of its
 * own, which Http explains.
 */
export interface HttpEngine {
  /** @param onSending called right before the first byte goes to a connected socket, TLS done: until then nothing left. */
  send(sending: HttpRequest, onSending: () => void): Promise<HttpAnswer>;
  /** The phase that an error of this engine says took too long. */
  timeoutPhase(error: unknown): TimeoutPhase | undefined;
  /** Ends every connection; what is under way fails. */
  close(): Promise<void>;
}
