import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAppProcess, type AppProcess } from './app-process.ts';
import { LAB, LAB_CONFIG } from './lab.ts';
import type { Place } from './places.ts';
import { World } from './world.ts';

let world: World;
let app: AppProcess;

beforeAll(async () => {
  const launch = async (...how: Parameters<typeof startAppProcess>) => (app = await startAppProcess(...how));
  world = await World.start({ lab: LAB_CONFIG }, { launch });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

async function command(): Promise<Place> {
  const place = await world.openIssue(LAB);
  await world.comment(place, '/rebyte one\ndemo: wait never');
  return place;
}

async function isClosed(): Promise<boolean> {
  return await fetch(`${app.url}/healthz`).then(
    () => false,
    () => true,
  );
}

test('on SIGTERM the process takes nothing new, finishes what it has acknowledged, and ends with 0', async () => {
  const running = await command();
  await world.untilSaid(running, /working on it/);
  const held = world.toRebyte.holdNext(({ method, path }) => method === 'POST' && path === '/v1/tasks');
  const sending = await command();
  await held.done;
  const acknowledged = await command();
  await world.github.delivered();
  app.process.kill('SIGTERM');
  await world.until(isClosed);
  expect(app.process.exitCode).toBeNull();
  held.release();
  expect(await app.ended).toEqual([0, null]);
  for (const place of [running, sending, acknowledged]) {
    const [report, ...others] = await world.said(place);
    expect(report?.body).toMatch(/working on it/);
    expect(others).toEqual([]);
  }
  expect(await world.taskCount()).toBe(3);
  expect(world.log.join('')).toContain('The App has stopped.');
  expect(world.log.filter((line) => /"level":"(warn|error|fatal)"/.test(line))).toEqual([]);
  expect(world.github.violations).toEqual([]);
});
