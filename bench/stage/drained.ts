import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

const LOOK_MS = 20;
/** Longer than any work that a bench leaves. */
const DEADLINE_MS = 60_000;

/** Resolves when the App has nothing in its queue, so that a burst does not work off what the last one left. */
export async function drained({ url }: ServerProcess): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    const { jobs }: { jobs: { waiting: number; running: number } } = JSON.parse(await answer.text());
    if (jobs.waiting + jobs.running === 0) return;
    if (performance.now() > end)
      throw new Error(`${url} has ${jobs.waiting} jobs waiting and ${jobs.running} running after ${DEADLINE_MS} ms.`);
    await sleep(LOOK_MS);
  }
}
