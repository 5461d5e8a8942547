import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp } from '../../../app/start.ts';
import { API, taskIn } from './places.ts';
import { API_KEYS } from './seed.ts';
import { settingsFor } from './settings-for.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;
/** Rebyte switches a webhook off after so many in a row. */
const FAILURES = 10;

let world: World;

beforeAll(async () => {
  const intervals = { sweepMs: HOUR_MS, webhooksMs: 500 };
  world = await World.start(
    {},
    { launch: async (environment, write) => await startApp(settingsFor(environment), { write, intervals }) },
  );
}, 120_000);

afterAll(async () => {
  await world.stop();
});

async function askRebyte(path: string, body?: object) {
  const response = await fetch(`${world.rebyteOf('acme').url}${path}`, {
    headers: { API_KEY: API_KEYS['acme'] ?? '', 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return JSON.parse(await response.text());
}

async function isActive(): Promise<boolean> {
  const { data }: { data: { isActive: boolean }[] } = await askRebyte('/webhooks');
  return data.some((webhook) => webhook.isActive);
}

test('a webhook that Rebyte switched off is registered anew, and what ended meanwhile is found at once', async () => {
  let isDown = true;
  for (let order = 0; order < 1_000; order += 1) {
    world.toApp.refuseNext(() => isDown, 503);
    // Until its time has come the App cannot see that its webhook is off.
    world.toRebyte.refuseNext(({ path }) => isDown && path.startsWith('/v1/webhooks'), 503);
  }
  const place = await world.openIssue(API);
  await world.comment(place, '/rebyte one\ndemo: wait go\ndemo: result Found.');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  for (let other = 0; other < FAILURES; other += 1) await askRebyte('/tasks', { prompt: 'demo: result Another.' });
  await world.until(async () => !(await isActive()));
  world.go('go');
  await world.until(async () => (await world.task(task)).status === 'completed');
  expect((await world.said(place)).map(({ body }) => /working on it/.test(body))).toEqual([true]);
  isDown = false;
  await world.untilSaid(place, /✅ Done\s+Found\./);
  expect(await isActive()).toBe(true);
  expect(world.log.join('')).toContain("Rebyte's webhook is replaced");
}, 120_000);
