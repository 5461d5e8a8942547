import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { detectCheckout } from '../../../action/checkout/detect.ts';
import { eventOf } from './event-of.ts';
import type { GitWorld } from './git-world.ts';
import { detect } from './hand-over.ts';
import { makeHistory } from './history.ts';

let world: GitWorld;
let author: string;
let base: string;
let tip: string;
let head: string;
let forkHead: string;
let workspace: string;
let workspaces = 0;

beforeAll(() => {
  ({ world, author, base, tip, head, forkHead } = makeHistory());
});

afterAll(() => world.remove());

beforeEach(() => {
  workspace = join(world.directory, `workspace-${(workspaces += 1)}`);
});

describe('a branch', () => {
  test('pushed is given as it is', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    expect(await detect(workspace, eventOf(tip))).toMatchObject({
      root: workspace,
      remote: { owner: 'acme', repo: 'site' },
      branch: 'main',
      detached: false,
      sha: tip,
      source: 'branch',
      taskRepository: 'acme/site',
      taskBranch: 'main',
      taskSha: tip,
      notes: [],
    });
  });

  test('with slashes keeps its whole name', async () => {
    world.branchCheckout('acme/site', 'feature/x', workspace);
    const found = await detect(workspace, eventOf(head, { ref: 'refs/heads/feature/x' }));
    expect(found).toMatchObject({ branch: 'feature/x', taskBranch: 'feature/x' });
  });

  test.each(['schedule', 'workflow_dispatch', 'issue_comment'])('is what a %s event works on', async (eventName) => {
    world.branchCheckout('acme/site', 'main', workspace);
    const found = await detect(workspace, eventOf(tip, { eventName }));
    expect(found).toMatchObject({ source: 'branch', taskBranch: 'main', taskSha: tip });
  });

  test('other than the event names counts when it is what is checked out', async () => {
    world.branchCheckout('acme/site', 'feature/x', workspace);
    const found = await detect(workspace, eventOf(tip, { eventName: 'workflow_dispatch' }));
    expect(found).toMatchObject({ source: 'branch', taskBranch: 'feature/x', taskSha: head });
  });

  test('checked out by its commit id is still that branch', async () => {
    world.checkout({ repository: 'acme/site', refspecs: [tip], checkout: [tip], into: workspace });
    const found = await detect(workspace, eventOf(tip));
    expect(found).toMatchObject({
      detached: true,
      branch: undefined,
      source: 'branch',
      taskBranch: 'main',
      taskSha: tip,
    });
  });

  test('that only exists in the workspace gives way to the event’s, with a note', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    world.git(workspace, 'switch', '-q', '-c', 'bump`$(id)`');
    const local = world.commit(workspace, 'local');
    const found = await detect(workspace, eventOf(tip));
    expect(found).toMatchObject({ sha: local, branch: 'bump`$(id)`', taskBranch: 'main', taskSha: undefined });
    expect(found.local).toEqual({ commits: [local], prerequisites: [tip] });
    expect(found.notes.join()).toContain('`` bump`$(id)` `` is not known on the remote');
  });

  test('that a failed workflow ran on is found by its commit', async () => {
    world.checkout({ repository: 'acme/site', refspecs: [head], checkout: [head], into: workspace });
    const workflow_run = { head_sha: head, head_branch: 'feature/x', head_repository: { full_name: 'acme/site' } };
    const found = await detect(workspace, eventOf(tip, { eventName: 'workflow_run', event: { workflow_run } }));
    expect(found).toMatchObject({ source: 'branch', taskBranch: 'feature/x', taskSha: head });
  });
});

describe('what else may be checked out', () => {
  test('a tag is worked on from the default branch’s clone', async () => {
    world.checkout({
      repository: 'acme/site',
      refspecs: [`+${base}:refs/tags/v1`],
      checkout: ['refs/tags/v1'],
      into: workspace,
    });
    const found = await detect(workspace, eventOf(base, { ref: 'refs/tags/v1' }));
    expect(found).toMatchObject({ source: 'tag', detached: true, taskBranch: 'main', taskSha: base, notes: [] });
  });

  test('an old commit by its id, which no ref tells to be on the remote', async () => {
    world.checkout({ repository: 'acme/site', refspecs: [base], checkout: [base], full: true, into: workspace });
    world.git(workspace, 'remote', 'set-url', 'origin', `${pathToFileURL(world.directory).href}/server/acme/site.git`);
    const found = await detect(workspace, eventOf(tip, { eventName: 'workflow_dispatch' }));
    expect(found).toMatchObject({ source: 'commit', taskBranch: 'main', taskSha: base });
    // What was fetched from elsewhere proves nothing about this remote.
    world.git(workspace, 'fetch', '-q', 'https://github.com/mona/site', forkHead);
    world.git(workspace, 'checkout', '-q', forkHead);
    expect((await detect(workspace, eventOf(tip))).taskSha).toBeUndefined();
  });

  test('another repository in a subfolder counts by its own remote', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    world.branchCheckout('mona/site', 'feature/x', join(workspace, 'vendor/site'));
    const found = await detect(join(workspace, 'vendor/site'), eventOf(tip));
    expect(found).toMatchObject({
      root: join(workspace, 'vendor/site'),
      source: 'other_repository',
      taskRepository: 'mona/site',
      taskBranch: 'feature/x',
      taskSha: forkHead,
    });
  });

  test('a folder inside the repository, and a linked worktree', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    mkdirSync(join(workspace, 'deep/er'), { recursive: true });
    expect(await detect(join(workspace, 'deep/er'), eventOf(tip))).toMatchObject({ root: workspace });
    world.git(workspace, 'worktree', 'add', '-q', '--detach', `${workspace}-linked`);
    const linked = await detect(`${workspace}-linked`, eventOf(tip));
    expect(linked).toMatchObject({ root: `${workspace}-linked`, sha: tip, taskBranch: 'main' });
  });

  test('a remote on another host cannot be a task’s repository', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    world.git(workspace, 'remote', 'set-url', 'origin', 'https://user:ghs_secret@git.example.com/acme/site.git');
    const found = await detect(workspace, eventOf(tip));
    expect(found).toMatchObject({ source: 'unknown_remote', remote: undefined, taskRepository: undefined });
    expect(found.notes.join()).toContain('`git.example.com`');
    expect(JSON.stringify(found)).not.toContain('ghs_secret');
  });

  test('GitHub Enterprise Server is recognised by its host, whatever the port', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    world.git(workspace, 'remote', 'set-url', 'origin', 'ssh://git@ghe.example.com:2222/acme/site.git');
    const found = await detect(workspace, eventOf(tip, { serverUrl: 'https://ghe.example.com:8443' }));
    expect(found).toMatchObject({
      taskRepository: 'acme/site',
      remoteUrl: 'https://ghe.example.com:8443/acme/site.git',
    });
  });

  test('a remote on this machine counts when it is called like the workflow’s repository', async () => {
    world.git(world.directory, 'clone', '-q', join(world.directory, 'server/acme/site.git'), workspace);
    expect(await detect(workspace, eventOf(tip))).toMatchObject({ taskRepository: 'acme/site', taskBranch: 'main' });
    expect(await detect(workspace, eventOf(tip, { repository: 'acme/other' }))).toMatchObject({
      taskRepository: undefined,
    });
  });

  test('nothing at all', async () => {
    mkdirSync(workspace);
    const found = await detectCheckout({ directory: workspace, github: eventOf(tip) });
    expect(found).toEqual({ kind: 'none', reason: `There is no git repository at \`${workspace}\`.` });
  });

  test('a repository without a commit', async () => {
    mkdirSync(workspace);
    world.git(workspace, 'init', '-q');
    const found = await detectCheckout({ directory: workspace, github: eventOf(tip) });
    expect(found).toEqual({ kind: 'none', reason: `The repository at \`${workspace}\` has no commit yet.` });
  });

  test('a broken repository says what git says', async () => {
    mkdirSync(join(workspace, '.git'), { recursive: true });
    const found = await detectCheckout({ directory: workspace, github: eventOf(tip) });
    expect(found).toMatchObject({ kind: 'none', reason: expect.stringContaining('not a git repository') });
  });

  test('a repository above the ceiling is somebody else’s', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    mkdirSync(join(workspace, '_work/empty'), { recursive: true });
    const directory = join(workspace, '_work/empty');
    const found = await detectCheckout({ directory, ceiling: join(workspace, '_work'), github: eventOf(tip) });
    expect(found.kind).toBe('none');
  });
});

test('variables that point git elsewhere are ignored', async () => {
  world.branchCheckout('acme/site', 'main', workspace);
  process.env['GIT_DIR'] = author;
  try {
    expect(await detect(workspace, eventOf(tip))).toMatchObject({ root: workspace, sha: tip });
  } finally {
    delete process.env['GIT_DIR'];
  }
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot('a workspace of another user, as in a container job, is read all the same', async () => {
  world.branchCheckout('acme/site', 'main', workspace);
  execFileSync('chown', ['-R', '12345', workspace]);
  expect(() => world.git(workspace, 'status')).toThrow('dubious ownership');
  expect(await detect(workspace, eventOf(tip))).toMatchObject({ sha: tip });
});
