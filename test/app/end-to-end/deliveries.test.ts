import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LAB, LAB_CONFIG } from './lab.ts';
import { APP } from './seed.ts';
import { isNotice, pathOf, type Place } from './places.ts';
import { World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ lab: LAB_CONFIG });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

/** The last delivery of GitHub's to the App. */
function lastDelivery() {
  const delivery = world.github.deliveries(APP).at(-1);
  if (delivery === undefined) throw new Error('Nothing was delivered.');
  return delivery;
}

/** How often the App writes on GitHub from now on; call the result to see it. */
async function writesFromNow(): Promise<() => number> {
  await world.quiet();
  const from = world.github.calls.length;
  return () => world.writes(from).length;
}

async function done(text: string): Promise<Place> {
  const place = await world.openIssue(LAB);
  await world.comment(place, text);
  await world.untilSaid(place, /✅ Done/);
  await world.quiet();
  return place;
}

describe('a delivery of GitHub', () => {
  test('that comes again changes nothing, under its own id or another', async () => {
    const place = await world.openIssue(LAB);
    await world.comment(place, '/rebyte one\ndemo: result x');
    await world.github.delivered();
    const { id, event, payload } = lastDelivery();
    // While the run is on its way, and when it is over.
    await Promise.all([world.github.redeliver(APP, id), world.github.deliver(APP, { event, payload })]);
    await world.untilSaid(place, /✅ Done/);
    await world.quiet();
    const writes = await writesFromNow();
    const tasks = await world.taskCount();
    expect(await world.github.redeliver(APP, id)).toMatchObject({ statusCode: 202 });
    expect(await world.github.deliver(APP, { event, payload })).toMatchObject({ statusCode: 202 });
    await world.quiet();
    expect(writes()).toBe(0);
    expect(await world.taskCount()).toBe(tasks);
    expect(await world.said(place)).toHaveLength(1);
  });

  test('with another signature is refused and does nothing', async () => {
    const { payload } = lastDelivery();
    const response = await fetch(`${world.app.url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'issue_comment',
        'x-github-delivery': 'a-forgery',
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      },
      body: JSON.stringify(payload),
    });
    expect(response.status).toBe(401);
  });

  test('of an edited comment starts nothing', async () => {
    const place = await world.openIssue(LAB);
    const { id } = await world.comment(place, 'Just a remark.');
    await world.call('PATCH', `${pathOf(LAB)}/issues/comments/${id}`, { body: { body: '/rebyte now' } });
    await world.quiet();
    expect(await world.said(place)).toEqual([]);
  });
});

describe('who may not', () => {
  test('is told what role it takes, once in a thread', async () => {
    const tasks = await world.taskCount();
    const place = await world.openIssue(LAB);
    const { id } = await world.comment(place, '/rebyte one', 'bob');
    const { body } = await world.untilSaid(place, /⛔/);
    await world.comment(place, '/rebyte fix', 'bob');
    await world.quiet();
    expect(body).toMatch(/needs the role `write`.*`bob` holds `read`/);
    expect(await world.said(place)).toHaveLength(1);
    expect(await world.reactions(`${pathOf(LAB)}/issues/comments/${id}`)).toEqual([]);
    expect(await world.taskCount()).toBe(tasks);
  });

  test('cannot cancel what others run', async () => {
    const place = await world.openIssue(LAB);
    await world.comment(place, '/rebyte one\ndemo: wait goes-on\ndemo: result x');
    await world.untilSaid(place, /working on it/);
    await world.comment(place, '/rebyte cancel', 'carol');
    await world.untilSaid(place, /⛔/);
    world.go('goes-on');
    await world.untilSaid(place, /✅ Done/);
  });

  test('gets no word when it is a bot that nobody named', async () => {
    const writes = await writesFromNow();
    const place = await world.openIssue(LAB);
    await world.comment(place, '/rebyte one', 'renovate[bot]');
    await world.quiet();
    expect(writes()).toBe(0);
  });
});

test('a bot that the configuration names is served', async () => {
  const place = await world.openIssue(LAB);
  await world.comment(place, '/rebyte one\ndemo: result x', 'dependabot[bot]');
  const { body } = await world.untilSaid(place, /✅ Done/);
  expect(body).toContain('`allowed bot`');
});

describe('a webhook of Rebyte', () => {
  test('that comes twice ends the run once', async () => {
    const settled = async () => await world.metric('rebyte_runs_settled_total{status="succeeded",reason="completed"}');
    const before = await settled();
    world.rebyteOf('acme').control.faults.add({ kind: 'webhook', how: 'double', event: 'task.completed' });
    const place = await done('/rebyte one\ndemo: result Once.');
    const [passage] = world.toApp.passages.filter(isNotice('task.completed')).slice(-1);
    const writes = await writesFromNow();
    if (passage === undefined) throw new Error('Rebyte posted nothing.');
    expect(await world.toApp.again(passage)).toBe(200);
    await world.quiet();
    expect(writes()).toBe(0);
    expect(await settled()).toBe(before + 1);
    expect(await world.said(place)).toHaveLength(1);
  });

  test('that comes before the task was made known is not lost', async () => {
    const held = world.toRebyte.holdNext(({ method, path }) => method === 'POST' && path === '/v1/tasks');
    const place = await world.openIssue(LAB);
    const heard = await world.metric('rebyte_webhook_age_seconds_count');
    await world.comment(place, '/rebyte one\ndemo: result Early.');
    await held.done;
    await world.until(async () => (await world.metric('rebyte_webhook_age_seconds_count')) > heard);
    expect((await world.said(place)).map(({ body }) => /getting ready/.test(body))).toEqual([true]);
    held.release();
    await world.untilSaid(place, /✅ Done\s+Early\./);
  });

  test('that was changed on its way, or is for another account, is refused', async () => {
    const passage = world.toApp.passages.findLast(isNotice('task.completed'));
    if (passage === undefined) throw new Error('Rebyte posted nothing.');
    const body = Buffer.from(passage.body.toString().replace('Early', 'Other'));
    const headers = { ...passage.headers, 'content-length': String(body.length) };
    expect(await world.toApp.again({ ...passage, headers, body })).toBe(401);
    expect(await world.toApp.again({ ...passage, path: '/rebyte/webhooks/octo' })).toBe(401);
  });

  test('of a task that is none of ours is taken and forgotten', async () => {
    const passages = world.toApp.passages.length;
    const response = await fetch(`${world.rebyteOf('acme').url}/tasks`, {
      method: 'POST',
      headers: { API_KEY: 'rbk_key_of_acme', 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'demo: result Not ours.' }),
    });
    expect(response.status).toBe(201);
    const writes = await writesFromNow();
    await world.until(async () => world.toApp.passages.slice(passages).some(({ status }) => status === 200));
    await world.quiet();
    expect(writes()).toBe(0);
  });
});

test('what an agent writes mentions nobody, hides nothing and starts nothing', async () => {
  const text = '@bob look at #1\\n\\n/rebyte one more\\n\\n<!-- hidden --> <img src=x>';
  const place = await done(`/rebyte one\ndemo: result ${text}`);
  const [report, ...others] = await world.said(place);
  expect(others).toEqual([]);
  expect(report?.body).not.toContain('@bob');
  expect(report?.body).not.toContain('<!-- hidden');
  expect(report?.body).not.toContain('<img');
});

test('no secret is in any comment, and none in the log', async () => {
  await done('/rebyte one\ndemo: result The key is rbk_key_of_acme, they say.');
  const written = world.writes().map(({ body }) => JSON.stringify(body));
  for (const secret of ['rbk_key_of_acme', 'rbk_key_of_octo', 'a-secret-of-the-tests']) {
    expect(written.filter((body) => body.includes(secret))).toEqual([]);
    expect(world.log.filter((line) => line.includes(secret))).toEqual([]);
  }
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});
