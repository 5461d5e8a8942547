import type { TaskEvent } from './stream-item.ts';

/** How many event keys are remembered; a reconnect replays from the start, so this bounds what a replay may repeat. */
const MAX_KEYS = 100_000;
const MAX_KEY_CHARS = 8_000_000;
/** How far out of order sequence numbers may come. */
const MAX_SEQS = 4_096;
const MAX_PROMPTS = 64;

/** Remembers which events were seen, in bounded memory: by `eventKey`, else by `promptId` and `seq`. */
export class EventWindow {
  readonly #keys = new Set<string>();
  #keyChars = 0;
  readonly #prompts = new Map<string, SeqWindow>();

  /** True the first time; always true for events that carry no identity. */
  admits(event: TaskEvent): boolean {
    if (event.eventKey !== undefined) return this.#admitsKey(event.eventKey);
    if (event.seq === undefined) return true;
    const prompt = event.promptId ?? '';
    const seqs = this.#prompts.get(prompt) ?? new SeqWindow();
    this.#prompts.set(prompt, seqs);
    if (this.#prompts.size > MAX_PROMPTS) deleteOldest(this.#prompts);
    return seqs.admits(event.seq);
  }

  #admitsKey(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.#keyChars += key.length;
    while (this.#keys.size > MAX_KEYS || (this.#keyChars > MAX_KEY_CHARS && this.#keys.size > 1)) {
      this.#keyChars -= deleteOldest(this.#keys)?.length ?? 0;
    }
    return true;
  }
}

/** The numbers seen last, and the floor below which all count as seen: so a replay of any length is recognised. */
class SeqWindow {
  readonly #recent = new Set<number>();
  #floor = -Infinity;

  admits(seq: number): boolean {
    if (seq <= this.#floor || this.#recent.has(seq)) return false;
    this.#recent.add(seq);
    if (this.#recent.size > MAX_SEQS) this.#floor = Math.max(this.#floor, deleteOldest(this.#recent) ?? this.#floor);
    return true;
  }
}

/** Sets and maps iterate in order of insertion. */
function deleteOldest<K>(keyed: Pick<Map<K, unknown>, 'keys' | 'delete'> | Set<K>): K | undefined {
  for (const key of keyed.keys()) {
    keyed.delete(key);
    return key;
  }
  return undefined;
}
