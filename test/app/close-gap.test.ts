import { expect, test } from '@jest/globals';
import { closeGap } from '../../app/close-gap.ts';
import { StorageUnavailable } from '../../app/sql/storage-error.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { Job } from '../../shared/ports/jobs.ts';
import { createMemoryStore } from '../../app/memory/memory-store.ts';
import { keepingLog } from '../support/keeping-log.ts';

/** What the gap is closed with; the storage refuses so many times. */
function world(refusals: number, onSleep: () => void = () => undefined) {
  const added: Job[] = [];
  let left = refusals;
  const log = keepingLog();
  const clock: ClockPort = {
    now: () => 1_000,
    steady: () => 1_000,
    sleep: async () => {
      await Promise.resolve();
      onSleep();
    },
  };
  const store = createMemoryStore();
  const add = async (job: Job): Promise<boolean> => {
    await Promise.resolve();
    if (left > 0) {
      left -= 1;
      throw new StorageUnavailable('its disk is full.', { cause: undefined });
    }
    added.push(job);
    return true;
  };
  return { engine: { store, clock, jobs: { add }, log: () => log }, added, log };
}

test('what ended while Rebyte could not call is looked for once the disk has room again', async () => {
  const { engine, added, log } = world(2);
  await closeGap(engine, new AbortController().signal);
  expect(added).toEqual([{ kind: 'sweep' }]);
  expect(log.lines).toEqual(Array(2).fill(expect.stringMatching(/^warning: .*again in 5000 ms: its disk is full\.$/)));
});

test('the App stops although its disk is full', async () => {
  const stopping = new AbortController();
  const { engine, added } = world(Infinity, () => stopping.abort());
  await closeGap(engine, stopping.signal);
  expect(added).toEqual([]);
});
