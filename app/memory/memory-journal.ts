import type { ClockPort } from '../../shared/ports/clock.ts';
import type { DeadLetter } from '../../shared/ports/jobs.ts';
import type { JobJournal } from '../queue/job-journal.ts';

/** A journal that forgets everything when the process ends: what waits is known to the queue anyway. */
export function createMemoryJournal(clock: ClockPort): JobJournal {
  const letters = new Map<string, DeadLetter>();
  const once = new Map<string, number>();
  let last = 0;
  const nextId = () => (last += 1);
  const forgetExpired = () => {
    // Remembered for about as long as each other, so the oldest expires first, and there is no need to look at all.
    for (const [id, expiresAt] of once) {
      if (expiresAt >= clock.now()) return;
      once.delete(id);
    }
  };

  return {
    put: async (_entry, options) => {
      if (options.once !== undefined) {
        forgetExpired();
        if (once.has(options.once.id)) return await Promise.resolve(undefined);
        once.set(options.once.id, options.once.expiresAt);
      }
      return nextId();
    },
    change: async () => await Promise.resolve(),
    remove: async () => await Promise.resolve(),
    bury: async (_id, letter) => {
      const id = String(nextId());
      letters.set(id, { id, ...letter });
      return await Promise.resolve(id);
    },
    letters: async () => await Promise.resolve([...letters.values()]),
    countLetters: async () => await Promise.resolve(letters.size),
    replay: async (id, place) => {
      const letter = letters.get(id);
      if (letter === undefined) return await Promise.resolve(undefined);
      letters.delete(id);
      const { job, lane } = letter;
      return { id: nextId(), job, lane, key: undefined, place, notBefore: 0, failures: 0, faults: 0, held: false };
    },
    drop: async (id) => await Promise.resolve(letters.delete(id)),
  };
}
