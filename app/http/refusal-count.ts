import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

/** Tells of each request that is not served once, also where it ends with its connection and so is seen from two sides. */
export class RefusalCount {
  readonly #onRefused: (refusal: Refusal) => void;
  readonly #ended = new WeakSet<object>();

  constructor(onRefused: (refusal: Refusal) => void) {
    this.#onRefused = onRefused;
  }

  /** A request got an answer other than it wanted. */
  request(refusal: Refusal, { socket, complete }: IncomingMessage): void {
    if (!this.#ended.has(socket)) this.#onRefused(refusal);
    // What was not read ends the connection too.
    if (!complete) this.#ended.add(socket);
  }

  /** A connection is ended, whatever is under way on it. */
  connection(refusal: Refusal, socket: object): void {
    if (!this.#ended.has(socket)) this.#onRefused(refusal);
    this.#ended.add(socket);
  }
}
