import { expect, test } from '@jest/globals';
import { LatestWrite } from '../../../action/report/latest-write.ts';

test('writes one value at a time and skips those that were overtaken', async () => {
  const written: string[] = [];
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const writes = new LatestWrite<string>(async (value) => {
    await opened;
    written.push(value);
  });
  for (const value of ['queued', 'running', 'running on', 'done']) writes.push(value);
  open();
  await writes.settled();
  expect(written).toEqual(['queued', 'done']);
});

test('writes again after it has settled', async () => {
  const written: number[] = [];
  const writes = new LatestWrite<number>((value) => {
    written.push(value);
    return Promise.resolve();
  });
  writes.push(1);
  await writes.settled();
  writes.push(2);
  await writes.settled();
  expect(written).toEqual([1, 2]);
});
