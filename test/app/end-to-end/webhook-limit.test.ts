import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Rebyte } from '../../../emulator/rebyte/index.ts';
import { API, taskIn } from './places.ts';
import { API_KEYS } from './seed.ts';
import { World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({}, { before: async ([acme]) => await useUpWebhooks(acme) });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

/** Somebody else has registered all that an organization may have; nobody listens there. */
async function useUpWebhooks(rebyte: Rebyte | undefined): Promise<void> {
  for (const name of ['one', 'two', 'three']) {
    const response = await fetch(`${rebyte?.url}/webhooks`, {
      method: 'POST',
      headers: { API_KEY: API_KEYS['acme'] ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ url: `https://127.0.0.1:9/${name}`, events: ['task.completed'] }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

test('an account without room for a webhook is explained to whoever operates the App', async () => {
  const { webhooks } = JSON.parse(await (await fetch(`${world.app.url}/readyz`)).text());
  expect(webhooks).toEqual(['limit_exceeded', 'active']);
  const warnings = world.log.filter((line) => line.includes('"level":"warn"') && line.includes('"account":"acme"'));
  expect(warnings).toHaveLength(1);
  for (const words of ['at most three', 'Delete one on Rebyte', 'results are found by asking'])
    expect(warnings[0]).toContain(words);
});

test('its runs are settled by asking Rebyte', async () => {
  const place = await world.openIssue(API);
  await world.comment(place, '/rebyte one\ndemo: result Found.');
  const task = taskIn(await world.untilSaid(place, /working on it/));
  await world.until(async () => (await world.task(task)).status === 'completed');
  expect(world.toApp.passages).toEqual([]);
  world.clock.advance(2 * 60_000);
  await world.untilSaid(place, /✅ Done\s+Found\./);
});
