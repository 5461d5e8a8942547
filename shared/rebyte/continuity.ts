import type { TaskDone, TaskEvent } from './stream-item.ts';

/** Whether events were missed: `perhaps` where the server's numbers do not tell. */
export type Missed = 'nothing' | 'perhaps' | 'something';

/**
 * Knows whether a stream that broke has been taken up without a gap. A connection to a live task replays it from its
 * start; one to a task that has ended meanwhile gives its `done` alone, and what came in between is not sent again.
 */
export class Continuity {
  /** There was a break, and nothing was shown since. */
  #silent = false;
  #gap = false;
  #promptId: string | undefined;
  /** The highest number seen of the prompt. */
  #seq = 0;

  /** A connection could not be had, or ended without a `done`. */
  broke(): void {
    this.#silent = true;
  }

  /** An event of the prompt that is followed, new or repeated. */
  saw({ seq, promptId }: TaskEvent): void {
    if (promptId !== this.#promptId) this.#seq = 0;
    this.#promptId = promptId;
    if (this.#silent && seq !== undefined && seq > this.#seq + 1 && this.#seq > 0) this.#gap = true;
    this.#silent = false;
    this.#seq = Math.max(this.#seq, seq ?? 0);
  }

  /** @param done how the prompt ended, on the stream or by its status. */
  missed({ lastSeq }: TaskDone): Missed {
    if (this.#gap) return 'something';
    if (!this.#silent) return 'nothing';
    if (lastSeq === undefined) return 'perhaps';
    return lastSeq > this.#seq ? 'something' : 'nothing';
  }
}
