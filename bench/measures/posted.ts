import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../measure.ts';
import { startActionProcess } from '../stage/action-process.ts';
import { type Places, RESULT_DIRECTIVE } from '../stage/messages.ts';
import type { Stage } from '../stage/stage.ts';

/** As Rebyte's other clients do it. */
const POLL_INTERVAL_MS = 5_000;

/** Long enough that the Action has loaded what it needs, as with every real task. */
const TASK_MS = 500;

/** How long people wait for a result that is there: from `done` on the wire to the comment's arrival at GitHub. */
export const posted: Measure = {
  name: 'posted',
  title: "Task's end to the result posted on GitHub",
  run: async ({ quick, stage: open }) => {
    const stage = await open();
    const polls = quick ? 2 : 10;
    const polled: Promise<number>[] = [];
    const samples: number[] = [];
    for (let round = 0; round < (quick ? 4 : 20); round += 1) {
      // The ends are spread evenly between two looks, which is what chance does to many tasks.
      if (polled.length < polls)
        polled.push(seenByPolling(stage.places, ((polled.length + 0.5) / polls) * POLL_INTERVAL_MS));
      samples.push(await postedByAction(stage));
    }
    return [
      { name: 'done → comment at GitHub', unit: 'ms', samples, budget: 100 },
      { name: 'done → seen by polling every 5 s', unit: 'ms', samples: await Promise.all(polled) },
    ];
  },
};

async function postedByAction(stage: Stage): Promise<number> {
  const { places } = stage;
  const done = stage.next('done');
  const arrived = stage.next('posted');
  const { ended } = startActionProcess({
    places,
    githubApiUrl: places.githubTapApiUrl,
    inputs: { 'api-url': places.rebyteTapUrl, prompt: `demo: sleep ${TASK_MS}ms\n${RESULT_DIRECTIVE}` },
  });
  const [doneAt, arrivedAt] = await Promise.all([done, arrived, ended]);
  if (arrivedAt < doneAt) throw new Error('The result was posted before the task ended: the wrong bytes were seen.');
  return arrivedAt - doneAt;
}

/** Only until the client sees the end: posting comes on top of it. */
async function seenByPolling({ rebyteUrl, apiKey }: Places, taskMs: number): Promise<number> {
  const headers = { API_KEY: apiKey, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ prompt: `demo: sleep ${Math.round(taskMs)}ms\ndemo: result Polled.` });
  const created: { id: string } = JSON.parse(
    await (await fetch(`${rebyteUrl}/tasks`, { method: 'POST', headers, body })).text(),
  );
  for (;;) {
    await sleep(POLL_INTERVAL_MS);
    const answer = await fetch(`${rebyteUrl}/tasks/${created.id}`, { headers });
    const task: { completedAt: string | null } = JSON.parse(await answer.text());
    if (task.completedAt !== null) return Date.now() - Date.parse(task.completedAt);
  }
}
