import { HttpProblem } from './answer.ts';
import { BodyCut } from './refusal.ts';

/** Bodies that are being read, all together. Ten of the largest that GitHub sends. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;

/** As long as a slow body may take, so that its memory is free by then. */
const RETRY_SECONDS = 30;

/** One body that is being read. */
export interface HeldBody {
  /** Counts bytes that have arrived and are kept. */
  readonly add: (bytes: number) => void;
  /** Counts it no more; the second time changes nothing. */
  readonly release: () => void;
}

interface Held {
  bytes: number;
  readonly onCut: (problem: HttpProblem) => void;
}

/**
 * A bound on the memory that bodies take together before anybody knows who sent them. When it is reached, the largest body
 * gives way: nearly all of GitHub's and Rebyte's are some kilobytes and come through however many large ones are sent. A
 * large one that was genuine is delivered again, because the App asks GitHub for it.
 */
export class BodyBudget {
  readonly #maxBytes: number;
  readonly #bodies = new Set<Held>();
  #bytes = 0;

  /** @param maxBytes default 256 MiB */
  constructor(maxBytes = MAX_HELD_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** @param onCut told when this body has to give way: its bytes must not be kept from then on. */
  hold(onCut: (problem: HttpProblem) => void): HeldBody {
    const held: Held = { bytes: 0, onCut };
    this.#bodies.add(held);
    return {
      add: (bytes) => {
        if (!this.#bodies.has(held)) return;
        held.bytes += bytes;
        this.#bytes += bytes;
        while (this.#bytes > this.#maxBytes) this.#cutLargest(held);
      },
      release: () => this.#release(held),
    };
  }

  #cutLargest(adding: Held): void {
    let largest = adding;
    for (const held of this.#bodies) if (held.bytes > largest.bytes) largest = held;
    this.#release(largest);
    const wait = { 'retry-after': String(RETRY_SECONDS) };
    const told = 'Too much is being sent at once, so this was not taken. Send it again later.';
    largest.onCut(new BodyCut('budget', new HttpProblem(503, told, wait)));
  }

  #release(held: Held): void {
    if (this.#bodies.delete(held)) this.#bytes -= held.bytes;
  }
}
