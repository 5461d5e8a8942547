import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApp, type App } from '../../../app/start.ts';
import { API } from './places.ts';
import { APP } from './seed.ts';
import { Relay } from './relay.ts';
import { settingsFor, type Environment } from './settings-for.ts';
import { World } from './world.ts';

const ASKED = 'rebyte_github_redeliveries_total';

let world: World;
let restart: () => Promise<App>;
const started: App[] = [];
let between: Relay | undefined;

beforeAll(async () => {
  const launch = async (environment: Environment, write: (line: string) => void): Promise<App> => {
    const intervals = { redeliverMs: 50 };
    const start = async (changes: Environment): Promise<App> => {
      const app = await startApp(settingsFor({ ...environment, ...changes }), { write, intervals });
      started.push(app);
      return app;
    };
    const first = await start({});
    restart = async () => await start({ PORT: new URL(first.url).port, METRICS_PORT: new URL(first.metricsUrl).port });
    return first;
  };
  world = await World.start({}, { launch });
}, 60_000);

afterAll(async () => {
  for (const app of started) await app.stop();
  await world.stop();
  await between?.close();
});

test('a command that was written while the App was down is carried out once when it comes up', async () => {
  const place = await world.openIssue(API);
  await world.quiet();
  await world.app.stop();
  await world.comment(place, '/rebyte one\ndemo: result Here I am.');
  await world.github.delivered();
  const lost = world.github.deliveries(APP).at(-1);
  expect(lost).toMatchObject({ event: 'issue_comment', statusCode: 502 });
  await restart();
  await world.untilSaid(place, /✅ Done\s+Here I am\./);
  await world.quiet();
  expect(await world.said(place)).toHaveLength(1);
  expect(await world.taskCount()).toBe(1);
  const attempts = world.github.deliveries(APP).filter(({ guid }) => guid === lost?.guid);
  expect(attempts.map(({ statusCode, redelivery }) => [statusCode, redelivery])).toEqual([
    [502, false],
    [202, true],
  ]);
  expect(await world.metric(ASKED)).toBe(1);
});

test('a command whose delivery was answered 503 is carried out once, and nothing is asked for again', async () => {
  const place = await world.openIssue(API);
  await world.quiet();
  const asked = await world.metric(ASKED);
  const tasks = await world.taskCount();
  between = await Relay.start(
    () => world.app.url,
    () => undefined,
  );
  between.refuseNext(() => true, 503);
  world.github.setWebhookUrl(APP, `${between.url}/api/github/webhooks`);
  await world.comment(place, '/rebyte two\ndemo: result Late but here.');
  await world.untilSaid(place, /✅ Done\s+Late but here\./);
  const looks = () => world.github.calls.filter(({ path }) => path === '/app/hook/deliveries').length;
  const before = looks();
  await world.until(() => Promise.resolve(looks() > before + 2));
  expect(await world.said(place)).toHaveLength(1);
  expect(await world.taskCount()).toBe(tasks + 1);
  expect(await world.metric(ASKED)).toBe(asked + 1);
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});
