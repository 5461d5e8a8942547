import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import { PULL, type World } from './world.ts';
import type { ActionResult, GitHubContext } from '../../../emulator/runner/index.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
});

interface Listed {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

function asBob(path: string, init: { method?: string; body?: string } = {}): Promise<Response> {
  const headers = { authorization: `token ${world.github.tokenFor('bob')}`, 'content-type': 'application/json' };
  return fetch(`${world.github.apiUrl}/repos/acme/api/issues/${path}`, { ...init, headers });
}

/** Our own comments, oldest first, over all pages. */
async function ours(): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let page = 1; ; page += 1) {
    const response = await asBob(`${PULL}/comments?per_page=100&page=${page}`);
    const comments: Listed[] = JSON.parse(await response.text());
    found.push(...comments.filter(({ user }) => user.login === 'github-actions[bot]'));
    if (comments.length < 100) return found;
  }
}

function say(words: string, inputs: Record<string, string> = {}): Promise<ActionResult> {
  return observed.run({ inputs: { prompt: `demo: result ${words}`, ...inputs }, github: world.pullRequestEvent() });
}

test('one comment is created, and updated by later runs, whatever others write and copy', async () => {
  await say('First.');
  const [first] = await ours();
  expect(first?.body).toContain('First.');
  // Bob copies the whole comment, marker and all, and talks for more than a page.
  for (let index = 0; index < 150; index += 1) {
    const body = JSON.stringify({ body: index % 50 === 0 ? first?.body : `chatter ${index}` });
    await asBob(`${PULL}/comments`, { method: 'POST', body });
  }
  const result = await say('Second.');

  const [again, ...more] = await ours();
  expect(more).toEqual([]);
  expect(again).toMatchObject({ id: first?.id, body: expect.stringContaining('Second.') });
  expect(result.outputs['comment-url']).toContain(`#issuecomment-${first?.id}`);
  const bobs = world.github.calls.filter(({ method, login }) => method === 'PATCH' && login === 'bob');
  expect(bobs).toEqual([]);
});

test('a comment that says the run goes on is later the one with its result', async () => {
  const start = world.github.calls.length;
  await say('Third.');
  const bodies = world.github.calls
    .slice(start)
    .filter(({ method, path }) => method !== 'GET' && path.includes('/comments'))
    .map(({ body }) => JSON.stringify(body));
  // On a slow machine another says before that the task is coming up.
  expect(bodies.slice(0, -1)).toContainEqual(expect.stringContaining('Rebyte is working on it'));
  expect(bodies.at(-1)).toContain('Third.');
});

test('a comment that somebody deleted is written anew', async () => {
  const [before] = await ours();
  await fetch(`${world.github.apiUrl}/repos/acme/api/issues/comments/${before?.id}`, {
    method: 'DELETE',
    headers: { authorization: `token ${world.github.tokenFor('alice')}` },
  });
  expect(await ours()).toEqual([]);
  await say('Fourth.');
  const after = await ours();
  expect(after).toHaveLength(1);
  expect(after[0]?.body).toContain('Fourth.');
});

test('`comment-key` keeps comments apart', async () => {
  await say('About security.', { 'comment-key': 'security' });
  await say('About speed.', { 'comment-key': 'speed --> `x`' });
  await say('More about security.', { 'comment-key': 'security' });
  const bodies = (await ours()).map(({ body }) => body);
  expect(bodies).toHaveLength(3);
  expect(bodies.filter((body) => body.includes('More about security.'))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes('About speed.'))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes('Fourth.'))).toHaveLength(1);
});

test('two workflows, and two jobs of one, have a comment each; a re-run and a moved branch keep it', async () => {
  const before = (await ours()).length;
  const file = (name: string, ref = 'refs/pull/1/merge'): string => `acme/api/.github/workflows/${name}.yml@${ref}`;
  const speak = (words: string, github: GitHubContext): Promise<ActionResult> =>
    observed.run({
      inputs: { prompt: `demo: result ${words}` },
      github: { ...world.pullRequestEvent(), ...github },
    });
  await speak('Review one.', { workflow_ref: file('review'), job: 'review' });
  await speak('Deploy.', { workflow_ref: file('deploy'), job: 'review' });
  await speak('Tests.', { workflow_ref: file('review'), job: 'tests' });
  await speak('Review two.', { workflow_ref: file('review', 'refs/heads/feature'), job: 'review', run_attempt: '2' });
  const bodies = (await ours()).map(({ body }) => body);
  expect(bodies).toHaveLength(before + 3);
  for (const words of ['Review two.', 'Deploy.', 'Tests.'])
    expect(bodies.filter((body) => body.includes(words))).toHaveLength(1);
  expect(bodies.join()).not.toContain('Review one.');
});

test('`comment-mode: new` writes one comment per run, `off` none', async () => {
  const before = (await ours()).length;
  await say('New one.', { 'comment-mode': 'new' });
  await say('New two.', { 'comment-mode': 'new' });
  expect(await ours()).toHaveLength(before + 2);
  const result = await say('Silent.', { 'comment-mode': 'off', report: 'comment' });
  expect(await ours()).toHaveLength(before + 2);
  expect(result.outputs).toMatchObject({ status: 'succeeded', 'comment-url': '' });
  expect(result.summary).toContain('Silent.');
});

test('`report: summary` and an event without a thread write no comment, and a comment asked for is missed aloud', async () => {
  const before = world.github.calls.length;
  const quiet = await say('Quiet.', { report: 'summary' });
  expect(quiet.summary).toContain('Quiet.');
  const nowhere = await observed.run({ inputs: { prompt: 'demo: result ok', report: 'comment' } });
  expect(nowhere.log).toContain('No comment: this event has no issue or pull request.');
  expect(nowhere.outputs['status']).toBe('succeeded');
  expect(world.github.calls).toHaveLength(before);
});
