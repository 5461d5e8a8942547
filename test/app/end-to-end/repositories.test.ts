import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { API, isNotice, pathOf, taskIn, type Place, type Repository } from './places.ts';
import { World } from './world.ts';

const CONFIG_PATH = '.github/rebyte.yml';

const THRIFTY = { owner: 'acme', repo: 'thrifty' };
const BROKEN = { owner: 'acme', repo: 'broken' };
const SECRETIVE = { owner: 'acme', repo: 'secretive' };
const EXTENDING = { owner: 'acme', repo: 'extending' };

const CONFIGS = {
  thrifty: 'budgets: { runs-per-hour-and-user: 1 }',
  broken: 'permission: admin\nlables: {}\n',
  secretive: 'share: false\ncheck: false\ndefaults: { visibility: private, executor: demo }\n',
  extending: '_extends: secretive\npermission: triage\n',
};

let world: World;

beforeAll(async () => {
  world = await World.start(CONFIGS);
}, 60_000);

afterEach(() => world.clock.reset());

afterAll(async () => {
  await world.stop();
});

async function command(repository: Repository, text: string, as = 'alice'): Promise<Place> {
  const place = await world.openIssue(repository);
  await world.comment(place, text, as);
  return place;
}

describe('several accounts', () => {
  test('each have their own key, their own tasks and their own webhook', async () => {
    const [atAcme, atOcto] = [await world.taskCount('acme'), await world.taskCount('octo')];
    const places = await Promise.all(
      [API, { owner: 'octo', repo: 'site' }].map((repository) => command(repository, '/rebyte one\ndemo: result x')),
    );
    for (const place of places) await world.untilSaid(place, /✅ Done/);
    expect([await world.taskCount('acme'), await world.taskCount('octo')]).toEqual([atAcme + 1, atOcto + 1]);
    const paths = world.toApp.passages.filter(isNotice('task.completed')).map(({ path }) => path);
    expect(paths).toContain('/rebyte/webhooks/octo');
    expect(paths).toContain('/rebyte/webhooks/acme');
  });

  test('without a key are told so', async () => {
    const place = await command({ owner: 'keyless', repo: 'shop' }, '/rebyte one');
    const { body } = await world.untilSaid(place, /⛔/);
    expect(body).toContain('no Rebyte API key for `keyless`');
    expect(body).toContain('REBYTE_API_KEYS');
  });
});

describe('a configuration', () => {
  test('that is broken stops everything, says where and why, and is heard of as soon as it is mended', async () => {
    const place = await command(BROKEN, '/rebyte one');
    const { body } = await world.untilSaid(place, /⛔/);
    expect(body).toMatch(/Line 2\].*lables/s);
    await world.comment(place, '/rebyte help');
    await world.quiet();
    expect(await world.said(place)).toHaveLength(1);
    const file = `${pathOf(BROKEN)}/contents/${CONFIG_PATH}`;
    const { sha } = await world.call('GET', file, { as: 'acme' });
    const content = Buffer.from('permission: write\n').toString('base64');
    await world.call('PUT', file, { as: 'acme', body: { message: 'Mend it', content, sha } });
    await world.comment(place, '/rebyte two\ndemo: result Mended.');
    await world.untilSaid(place, /✅ Done\s+Mended\./);
  });

  test('can switch off checks and sharing, and choose who sees tasks', async () => {
    const place = { ...SECRETIVE, number: 1 };
    await world.comment(place, '/rebyte one\ndemo: result x');
    const report = await world.untilSaid(place, /✅ Done/);
    expect(report.body).toContain('`demo`');
    await world.comment(place, '/rebyte share');
    await world.untilSaid(place, /Sharing is switched off/);
    await world.quiet();
    expect(await world.checks(SECRETIVE, world.commits.feature)).toEqual([]);
    const visibility = world.toRebyte.passages.filter(({ path }) => path === `/v1/tasks/${taskIn(report)}/visibility`);
    expect(visibility.map(({ body }) => body.toString())).toEqual(['{"visibility":"private"}']);
  });

  test('can stand on that of another repository', async () => {
    const place = await command(EXTENDING, '/rebyte one\ndemo: result x', 'carol');
    const { body } = await world.untilSaid(place, /✅ Done/);
    expect(body).toContain('`demo`');
    await world.comment(place, '/rebyte share', 'carol');
    await world.untilSaid(place, /Sharing is switched off/);
  });

  test('limits how many runs one person starts, and says when the next one can', async () => {
    const tasks = await world.taskCount();
    const place = await command(THRIFTY, '/rebyte one\ndemo: result x');
    await world.untilSaid(place, /✅ Done/);
    await world.comment(place, '/rebyte two\ndemo: result Later.');
    const { body } = await world.untilSaid(place, /⏳ You have used up/);
    expect(body).toMatch(/1 run per hour.*after \d\d:\d\d UTC/);
    expect(await world.taskCount()).toBe(tasks + 1);
    await world.comment(place, '/rebyte status');
    await world.untilSaid(place, /\*\*succeeded\*\*/);
  });
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});
