import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expectEnding } from './life.ts';
import { ObservedWorld } from './observed-world.ts';
import { PULL, type StepOptions, type World } from './world.ts';
import type { ActionResult, GitHubContext } from '../../../emulator/runner/index.ts';

const ALICE = { login: 'alice', type: 'User' };
const BOB = { login: 'bob', type: 'User' };
const TRACY = { login: 'tracy', type: 'User' };
const RENOVATE = { login: 'renovate[bot]', type: 'Bot' };
const ROLE_PATH = /^\/repos\/acme\/api\/collaborators\//;

let observed: ObservedWorld;
let world: World;
let asked = 0;
let called = 0;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
  world.checkOutMain();
});

afterAll(() => observed.stop());

beforeEach(() => {
  asked = observed.tap.requests.length;
  called = world.github.calls.length;
});

type Account = typeof ALICE;

/** Events about a thread run on the default branch. */
function onMain(name: string, event: object, actor: Account): GitHubContext {
  const repository = { full_name: 'acme/api', default_branch: 'main' };
  return { ...world.pushEvent(), event_name: name, event: { ...event, repository, sender: actor }, actor: actor.login };
}

function comment(author: Account): GitHubContext {
  const issue = { number: PULL, title: 'Count twice', user: BOB, pull_request: {} };
  return onMain('issue_comment', { action: 'created', issue, comment: { body: '/rebyte go', user: author } }, author);
}

function run(github: GitHubContext, step: Partial<StepOptions> = {}): Promise<ActionResult> {
  return observed.run({ ...step, github, inputs: { prompt: 'demo: result Done.', ...step.inputs } });
}

/** Nothing went to Rebyte, nothing was written on GitHub, and log and summary name the thing. */
function expectNothingDone(result: ActionResult, words: string): void {
  expect(observed.tap.requests.slice(asked)).toEqual([]);
  expect(world.github.calls.slice(called).filter(({ method }) => method !== 'GET')).toEqual([]);
  const annotations = result.steps
    .flatMap((each) => each.annotations)
    .filter(({ message }) => !message.startsWith('Process completed'));
  expect(annotations).toMatchObject([{ message: expect.stringContaining(words) }]);
  expect(result.conclusion).toBe('failure');
}

test('a stranger’s comment starts nothing, and the log and the summary name the role that is held and the one needed', async () => {
  const result = await run(comment(BOB));
  expectEnding(result, 'permission_too_low');
  expectNothingDone(
    result,
    '`bob`, who wrote the comment, holds the role `read` on acme/api, and this step needs `write`.',
  );
  expect(result.summary).toMatch(/`bob`, who wrote the comment, holds the role `read`.*needs `write`/s);
});

test('the comment of somebody with the role runs, and the receipt names the role', async () => {
  const result = await run(comment(ALICE));
  expectEnding(result, 'completed');
  expect(result.summary).toContain('`alice` (`write`)');
});

test('the agent is told the role of everybody whose text it reads', async () => {
  await run(comment(ALICE));
  const prompt = String(observed.tap.created().at(-1)?.['prompt']);
  expect(prompt).toContain('title="title" author="bob" permission="read" trusted="no"');
  expect(prompt).toContain('title="comment" author="alice" permission="write" trusted="no"');
});

test('`permission` chooses the role, and triage is told apart from read', async () => {
  const inputs = { permission: 'triage' };
  expectEnding(await run(comment(TRACY), { inputs }), 'completed');
  asked = observed.tap.requests.length;
  called = world.github.calls.length;
  const result = await run(comment(BOB), { inputs });
  expectEnding(result, 'permission_too_low');
  expectNothingDone(result, 'needs `triage`');
});

test('`permission: none` asks about nobody', async () => {
  const result = await run(comment(BOB), { inputs: { permission: 'none' } });
  expectEnding(result, 'completed');
  expect(world.github.calls.slice(called).filter(({ path }) => ROLE_PATH.test(path))).toEqual([]);
});

test('a re-run by a maintainer does not lend the stranger a role', async () => {
  const result = await run({ ...comment(BOB), triggering_actor: 'alice', run_attempt: '2' });
  expectEnding(result, 'permission_too_low');
  expectNothingDone(result, '`bob`');
});

test('a stranger follows up on no task either', async () => {
  const result = await run(comment(BOB), { inputs: { 'task-id': 'auto' } });
  expectEnding(result, 'permission_too_low');
  expectNothingDone(result, '`bob`');
});

test('a bot runs only when it is listed, by its account’s type and not by its name', async () => {
  const refused = await run(comment(RENOVATE));
  expectEnding(refused, 'permission_too_low');
  expectNothingDone(refused, '`renovate[bot]`, who wrote the comment, is a bot that `allowed-bots` does not name.');
  const listed = { inputs: { 'allowed-bots': 'dependabot, renovate' } };
  expectEnding(await run(comment(RENOVATE), listed), 'completed');
  asked = observed.tap.requests.length;
  called = world.github.calls.length;
  const named = await run(comment({ login: 'renovate', type: 'User' }), listed);
  expectEnding(named, 'permission_too_low');
  expectNothingDone(named, 'holds the role `none`');
});

test('without an answer from GitHub nothing is started', async () => {
  world.github.fail({ method: 'GET', path: ROLE_PATH, status: 500, times: 5 });
  const result = await run(comment(ALICE));
  expectEnding(result, 'github_failed');
  expectNothingDone(result, 'GitHub did not say which role `alice` holds, so nothing was started');
}, 60_000);

test('`fail-on` can leave the step green, and its outputs say that nothing was done', async () => {
  const result = await run(comment(BOB), { inputs: { 'fail-on': 'failed canceled timed_out lost' } });
  expect(result.conclusion).toBe('success');
  expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'permission_too_low', 'task-id': '' });
  expect(observed.tap.requests.slice(asked)).toEqual([]);
});

/** `pull_request_target` on a pull request of Bob's fork. */
function onTarget(action: string, sender: Account): GitHubContext {
  const { event } = world.pullRequestEvent();
  const pull = Object(event).pull_request;
  const repo = { full_name: 'bob/api', name: 'api', owner: { login: 'bob' }, private: false, fork: true };
  const theirs = { ...pull, user: BOB, head: { ...pull.head, repo } };
  return onMain('pull_request_target', { action, number: PULL, pull_request: theirs }, sender);
}

test('a stranger’s pull request runs once somebody with the role labels it, and not before', async () => {
  const opened = await run(onTarget('opened', BOB));
  expectEnding(opened, 'permission_too_low');
  expectNothingDone(opened, '`bob`, who wrote the pull request');
  const updated = await run(onTarget('synchronize', ALICE));
  expectEnding(updated, 'permission_too_low');
  expectEnding(await run(onTarget('labeled', ALICE)), 'completed');
});

test('a label by somebody with triage is not enough unless `permission` says so', async () => {
  const result = await run(onTarget('labeled', TRACY));
  expectEnding(result, 'permission_too_low');
  expectNothingDone(result, 'holds the role `triage`');
  expectEnding(await run(onTarget('labeled', TRACY), { inputs: { permission: 'triage' } }), 'completed');
});

test('what comes after a fork’s CI is judged by whoever opened that pull request', async () => {
  const after = (actor: Account, head: string): GitHubContext => {
    const sides = { head_repository: { full_name: head }, head_sha: world.mainSha, head_branch: 'main' };
    const before = { event: 'pull_request', actor, triggering_actor: actor, ...sides };
    return onMain('workflow_run', { action: 'completed', workflow_run: before }, actor);
  };
  const result = await run(after(BOB, 'bob/api'));
  expectEnding(result, 'permission_too_low');
  expectNothingDone(result, '`bob`, who caused the run before');
  expectEnding(await run(after(ALICE, 'acme/api')), 'completed');
});
