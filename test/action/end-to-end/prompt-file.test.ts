import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expectEnding } from './life.ts';
import { ObservedWorld } from './observed-world.ts';
import { PULL, type World } from './world.ts';
import type { ActionResult, GitHubContext } from '../../../emulator/runner/index.ts';

const ALICE = { login: 'alice', type: 'User' };

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  // What a workflow gets that checks a stranger's pull request out although it should not.
  world.checkOutPull();
  world.write('.github/ask.md', 'demo: result From the pull request.');
  world.write('mine.md', 'demo: result From the pull request.');
});

function labeled(): GitHubContext {
  const { event } = world.pullRequestEvent();
  const pull = Object(event).pull_request;
  return {
    ...world.pushEvent(),
    event_name: 'pull_request_target',
    event: { action: 'labeled', number: PULL, pull_request: pull, sender: ALICE },
  };
}

function run(file: string, github: GitHubContext, inputs: Record<string, string> = {}): Promise<ActionResult> {
  return observed.run({ github, inputs: { 'prompt-file': file, 'include-changes': 'off', ...inputs } });
}

test('under pull_request the prompt file is the workspace’s', async () => {
  const result = await run('.github/ask.md', world.pullRequestEvent());
  expect(result.outputs['result']).toBe('From the pull request.');
});

test.each(['.github/ask.md', './.github/../.github/ask.md'])(
  'under pull_request_target it is the default branch’s, whatever is checked out: %s',
  async (file) => {
    const result = await run(file, labeled());
    expectEnding(result, 'completed');
    expect(result.outputs['result']).toBe('From the default branch.');
    expect(String(observed.tap.created().at(-1)?.['prompt'])).not.toContain('From the pull request.');
  },
);

test('after another workflow’s run as well, and with nobody asked about', async () => {
  const head = { head_repository: { full_name: 'bob/api' }, head_sha: world.headSha, head_branch: 'feature' };
  const event = { action: 'completed', workflow_run: { event: 'pull_request', ...head } };
  const github = { ...world.pushEvent(), event_name: 'workflow_run', event };
  const result = await run('.github/ask.md', github, { permission: 'none' });
  expect(result.outputs['result']).toBe('From the default branch.');
});

test.each([
  ['is not there', 'mine.md', {}, /"mine\.md" is not on the default branch of acme\/api.*Commit it there/],
  ['lies outside', '../mine.md', {}, /"\.\.\/mine\.md" lies outside of the workspace/],
  ['is the workspace', '.', {}, /"\." lies outside of the workspace/],
  ['has no token to be read with', 'mine.md', { 'github-token': '', permission: 'none' }, /Pass `github-token`/],
])(
  'a prompt file that %s is refused with the remedy, before anything is sent',
  async (_what, file, inputs, message) => {
    const asked = observed.tap.requests.length;
    const result = await run(file, labeled(), inputs);
    expectEnding(result, 'file_refused');
    expect(result.log).toMatch(message);
    expect(observed.tap.requests.slice(asked)).toEqual([]);
  },
);

test('a token that may not read the file is told which permission it lacks', async () => {
  const body = { message: 'Resource not accessible by integration' };
  world.github.fail({ method: 'GET', path: '/repos/acme/api/contents/.github/ask.md', status: 403, body });
  const result = await run('.github/ask.md', labeled());
  expectEnding(result, 'file_refused');
  expect(result.log).toContain('Add `permissions: contents: read` to the job');
});
