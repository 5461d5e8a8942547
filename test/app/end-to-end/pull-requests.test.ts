import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LAB, LAB_CONFIG } from './lab.ts';
import { FORK_PULL, OWN_PULL, PRIVATE_FORK_PULL } from './seed.ts';
import { pathOf, taskIn, threadPath } from './places.ts';
import { World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ lab: LAB_CONFIG });
}, 60_000);

afterAll(async () => {
  await world.stop();
});

const PULL = { ...LAB, number: OWN_PULL };

/** The body of the last request that made a task. */
function lastOrder(): { githubUrl?: string; branchName?: string; prompt?: string } {
  const order = world.toRebyte.passages.findLast(({ method, path }) => method === 'POST' && path === '/v1/tasks');
  return JSON.parse(order?.body.toString() ?? '{}');
}

describe('on a pull request', () => {
  test('a command works on its branch, and is shown as a check on its head', async () => {
    const from = world.github.calls.length;
    await world.comment(PULL, '/rebyte review\ndemo: result No defects.');
    const { body } = await world.untilSaid(PULL, /✅ Done/);
    await world.quiet();
    expect(lastOrder()).toMatchObject({ githubUrl: 'acme/lab', branchName: 'feature' });
    expect(lastOrder().prompt).toContain('modified count.js (+1 -1)');
    const [check, ...others] = await world.checks(LAB, world.commits.feature);
    expect(others).toEqual([]);
    expect(check).toMatchObject({ name: 'Rebyte review', status: 'completed', conclusion: 'success' });
    expect(check?.output.summary).toContain('No defects.');
    expect(body).toContain(world.commits.feature);
    expect(writesByKind(from)).toEqual({
      'POST comment': 1,
      'PATCH comment': 2,
      'POST reaction': 2,
      'POST check': 1,
      'PATCH check': 1,
    });
  });

  test('a comment on a line brings the line', async () => {
    const { id } = await world.call('POST', `${pathOf(LAB)}/pulls/${OWN_PULL}/comments`, {
      body: {
        body: '/rebyte explain\ndemo: result Explained.',
        commit_id: world.commits.feature,
        path: 'count.js',
        line: 7,
        side: 'RIGHT',
      },
    });
    const { body } = await world.untilSaid(PULL, /✅ Done\s+Explained\./);
    await world.quiet();
    const prompt = (await world.task(taskIn({ body }))).prompts.at(-1)?.userPrompt;
    for (const words of ['File: count.js', 'Lines: 7', 'Side: RIGHT', '+export const count = 2;'])
      expect(prompt).toContain(words);
    expect(await world.reactions(`${pathOf(LAB)}/pulls/comments/${id}`)).toEqual(['eyes', 'hooray']);
  });

  test('the text of a review can hold a command', async () => {
    await world.call('POST', `${pathOf(LAB)}/pulls/${OWN_PULL}/reviews`, {
      body: { event: 'COMMENT', body: 'Nearly.\n\n/rebyte finish\ndemo: result Finished.' },
    });
    const { body } = await world.untilSaid(PULL, /✅ Done\s+Finished\./);
    expect(body).toContain('`review`');
  });

  test('one from a fork works on the fork', async () => {
    const place = { ...LAB, number: FORK_PULL };
    await world.comment(place, '/rebyte look\ndemo: result x');
    await world.untilSaid(place, /✅ Done/);
    expect(lastOrder()).toMatchObject({ githubUrl: 'mallory/api', branchName: 'feature' });
  });

  test('one from a fork that cannot be read begins at the base and says what to fetch', async () => {
    const place = { ...LAB, number: PRIVATE_FORK_PULL };
    await world.comment(place, '/rebyte look\ndemo: result x');
    await world.untilSaid(place, /✅ Done/);
    expect(lastOrder()).toMatchObject({ githubUrl: 'acme/lab', branchName: 'main' });
    expect(lastOrder().prompt).toContain(`git fetch origin refs/pull/${PRIVATE_FORK_PULL}/head`);
  });
});

describe('besides comments', () => {
  test('the text of a new issue can hold a command', async () => {
    const place = await world.openIssue(LAB, { body: 'It counts wrong.\n\n/rebyte fix\ndemo: result Fixed.' });
    await world.untilSaid(place, /✅ Done\s+Fixed\./);
    await world.quiet();
    expect(await world.reactions(threadPath(place))).toEqual(['eyes', 'hooray']);
    await world.call('PATCH', threadPath(place), { body: { body: '/rebyte edited in' } });
    await world.quiet();
    expect(await world.said(place)).toHaveLength(1);
  });

  test('the text of a new pull request can hold a command', async () => {
    const body = 'Counts twice.\n\n/rebyte review\ndemo: result Reviewed.';
    const pull = { title: 'Count once', body, head: 'main', base: 'feature' };
    const { number } = await world.call('POST', `${pathOf(LAB)}/pulls`, { body: pull });
    const place = { ...LAB, number };
    await world.untilSaid(place, /✅ Done\s+Reviewed\./);
    await world.quiet();
    expect(lastOrder()).toMatchObject({ githubUrl: 'acme/lab', branchName: 'main' });
    expect(await world.reactions(threadPath(place))).toEqual(['eyes', 'hooray']);
    expect(await world.said(place)).toHaveLength(1);
  });

  test('a label that the configuration names starts what it says, and others nothing', async () => {
    const place = await world.openIssue(LAB);
    await world.call('POST', `${threadPath(place)}/labels`, { body: { labels: ['whatever'] } });
    await world.quiet();
    expect(await world.said(place)).toEqual([]);
    await world.call('POST', `${threadPath(place)}/labels`, { body: { labels: ['needs-survey'] } });
    const { body } = await world.untilSaid(place, /✅ Done\s+Surveyed\./);
    expect(body).toContain('`labeled`');
  });

  test('closing cancels what runs, where the configuration says so', async () => {
    const place = await world.openIssue(LAB);
    await world.comment(place, '/rebyte one\ndemo: wait never');
    const task = taskIn(await world.untilSaid(place, /working on it/));
    await world.call('PATCH', threadPath(place), { body: { state: 'closed' } });
    const { body } = await world.untilSaid(place, /### 🚫 Canceled/);
    expect(body).toContain('closing this thread');
    expect((await world.task(task)).status).toBe('canceled');
  });
});

test('GitHub finds nothing wrong with any request, and no job was given up', async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
});

function writesByKind(from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of world.writes(from)) {
    const [, kind = path] = /(reaction|check|comment)s?(?:-runs)?(?:\/\d+)?$/.exec(path) ?? [];
    counts[`${method} ${kind}`] = (counts[`${method} ${kind}`] ?? 0) + 1;
  }
  return counts;
}
