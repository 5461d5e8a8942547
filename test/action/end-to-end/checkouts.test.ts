import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { agentFolder, checkOut, checkOutBranch, filesIn, pushCommit } from './checkouts.ts';
import { ObservedWorld } from './observed-world.ts';
import { git, type StepOptions, type World } from './world.ts';
import type { GitHubContext } from '../../../emulator/runner/index.ts';

let observed: ObservedWorld;
let world: World;
let toolsSha: string;
let releaseSha: string;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
  toolsSha = pushCommit(world, { repository: 'acme/tools', ref: 'refs/heads/main', message: 'Tools' });
  pushCommit(world, { repository: 'acme/site', ref: 'refs/heads/main', message: 'Site' });
  // On no branch, as a release often is.
  releaseSha = pushCommit(world, { repository: 'acme/api', ref: 'refs/tags/v1', from: 'main', message: 'Release' });
});

afterAll(() => observed.stop());

beforeEach(() => {
  rmSync(world.workspace, { recursive: true, force: true });
  mkdirSync(world.workspace);
});

/** Runs a step, and returns what Rebyte was asked to clone and where its agent ended up. */
async function sent(step: Omit<StepOptions, 'inputs'>, inputs: StepOptions['inputs'] = {}) {
  const result = await observed.run({ ...step, inputs: { prompt: 'demo: result ok', ...inputs } });
  expect(result.log).not.toContain('##[error]');
  const { githubUrl, branchName, files, prompt } = observed.tap.created().at(-1) ?? {};
  const clone = agentFolder(
    world,
    result.outputs['workspace-id'],
    typeof githubUrl === 'string' ? githubUrl.split('/')[1] : '',
  );
  const head = git(clone, 'rev-parse', 'HEAD');
  return { asked: { githubUrl, branchName }, head, files: filesIn(clone), uploads: files, prompt: String(prompt) };
}

describe('what the agent is given', () => {
  test('after a push: the branch, at the very commit', async () => {
    world.checkOutMain();
    const { asked, head, files, uploads } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
    expect(head).toBe(world.mainSha);
    expect(files).toEqual(filesIn(world.workspace));
    expect(uploads).toBeUndefined();
  });

  test('on a pull request’s test merge: the head branch at the head commit', async () => {
    world.checkOutPull();
    const { asked, head, files, uploads } = await sent({ github: world.pullRequestEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'feature' });
    expect(head).toBe(world.headSha);
    expect(files).toEqual(filesIn(world.workspace));
    expect(uploads).toBeUndefined();
  });

  test('on a fork’s pull request: the fork’s branch', async () => {
    const sha = pushCommit(world, {
      repository: 'bob/api',
      ref: 'refs/heads/patch-1',
      from: 'main',
      message: 'From bob',
    });
    git(path.join(world.directory, 'author-From-bob'), 'push', '-q', serverUrl('acme/api'), 'work:refs/pull/2/merge');
    checkOut(world, {
      folder: world.workspace,
      repository: 'acme/api',
      refspec: '+refs/pull/2/merge:refs/remotes/pull/2/merge',
      checkout: ['--detach', 'refs/remotes/pull/2/merge'],
    });
    const { asked, head } = await sent({ github: forkEvent(sha) }, { report: 'summary' });
    expect(asked).toEqual({ githubUrl: 'bob/api', branchName: 'patch-1' });
    expect(head).toBe(sha);
  });

  test('on a tag: the tagged commit, though no branch holds it', async () => {
    checkOut(world, {
      folder: world.workspace,
      repository: 'acme/api',
      refspec: '+refs/tags/v1:refs/tags/v1',
      checkout: ['--detach', 'refs/tags/v1'],
    });
    const event = { ref: 'refs/tags/v1', repository: { default_branch: 'main' } };
    const { asked, head } = await sent({ github: { event_name: 'push', event, ref: 'refs/tags/v1', sha: releaseSha } });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
    expect(head).toBe(releaseSha);
  });

  test('when somebody dispatches on a branch: that branch', async () => {
    checkOutBranch(world, world.workspace, 'acme/api', 'feature');
    const github = { event_name: 'workflow_dispatch', event: {}, ref: 'refs/heads/feature', sha: world.headSha };
    const { asked, head } = await sent({ github });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'feature' });
    expect(head).toBe(world.headSha);
  });

  test('on a schedule: the default branch', async () => {
    world.checkOutMain();
    const { asked, head } = await sent({ github: world.scheduleEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
    expect(head).toBe(world.mainSha);
  });

  test('without a checkout: the workflow’s repository on the event’s branch', async () => {
    const { asked } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
  });
});

describe('without a checkout', () => {
  test('a pull request’s head branch is cloned, also of a fork', async () => {
    const own = await sent({ github: world.pullRequestEvent() });
    expect(own.asked).toEqual({ githubUrl: 'acme/api', branchName: 'feature' });
    pushCommit(world, { repository: 'bob/api', ref: 'refs/heads/patch-2', from: 'main', message: 'Also from bob' });
    const forked = await sent({ github: forkEvent(world.headSha, 'patch-2') }, { report: 'summary' });
    expect(forked.asked).toEqual({ githubUrl: 'bob/api', branchName: 'patch-2' });
  });

  test('of `pull_request_target`, whose secrets are at hand, it is the base', async () => {
    const fork = forkEvent(world.headSha);
    // Somebody with the role has put a label on it.
    const event = { ...Object(fork.event), action: 'labeled', sender: { login: 'alice', type: 'User' } };
    const github = { ...fork, event, event_name: 'pull_request_target', ref: 'refs/heads/main', sha: world.mainSha };
    const { asked } = await sent({ github }, { report: 'summary' });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
  });
});

describe('other repositories', () => {
  const below = (folder: string): string => path.join(world.workspace, folder);

  test('the only checkout in a subfolder is worked on', async () => {
    checkOutBranch(world, below('tools'), 'acme/tools');
    const { asked, head } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/tools', branchName: 'main' });
    expect(head).toBe(toolsSha);
  });

  test('`repository` names the one of two that is meant, with its local edits', async () => {
    world.checkOutMain();
    checkOutBranch(world, below('tools'), 'acme/tools');
    world.write('tools/new.txt', 'new\n');
    const { asked, head, files } = await sent({ github: world.pushEvent() }, { repository: 'ACME/tools' });
    expect(asked).toEqual({ githubUrl: 'acme/tools', branchName: 'main' });
    expect(head).toBe(toolsSha);
    expect(files).toEqual(filesIn(below('tools')));
  });

  test('without it the workspace’s own is meant, and the nested one is said to stay behind', async () => {
    world.checkOutMain();
    checkOutBranch(world, below('tools'), 'acme/tools');
    const { asked, prompt, files } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
    expect(files).toEqual({ 'README.md': expect.any(String), 'count.js': expect.any(String) });
    expect(prompt).toContain('is a git repository of its own and is left out');
  });

  test('of several in subfolders, the workflow’s own is meant', async () => {
    checkOutBranch(world, below('a'), 'acme/tools');
    checkOutBranch(world, below('b'), 'acme/api', 'feature');
    const { asked, head } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'feature' });
    expect(head).toBe(world.headSha);
  });

  test('of several that are all others, none is guessed', async () => {
    checkOutBranch(world, below('a'), 'acme/tools');
    checkOutBranch(world, below('b'), 'acme/site');
    const { asked } = await sent({ github: world.pushEvent() });
    expect(asked).toEqual({ githubUrl: 'acme/api', branchName: 'main' });
  });

  test('one that is not checked out is cloned by its name and branch', async () => {
    world.checkOutMain();
    world.write('unrelated.txt', 'stays here\n');
    const { asked, uploads } = await sent({ github: world.pushEvent() }, { repository: 'acme/tools', branch: 'main' });
    expect(asked).toEqual({ githubUrl: 'acme/tools', branchName: 'main' });
    expect(uploads).toBeUndefined();
  });
});

describe('a remote that Rebyte cannot clone', () => {
  beforeEach(() => {
    const refspec = '+refs/heads/main:refs/remotes/origin/main';
    const remote = 'https://user:hunter2secret@gitlab.example/acme/api.git';
    const checkout = ['-B', 'main', 'refs/remotes/origin/main'];
    checkOut(world, { folder: world.workspace, repository: 'acme/api', refspec, checkout, remote });
  });

  test('is refused, with what to do, and without its credentials', async () => {
    const result = await observed.run({ inputs: { prompt: 'demo: result ok' } });
    expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'no_repository' });
    expect(result.steps.flatMap(({ annotations }) => annotations)[0]?.message).toMatch(/Set `repository`/);
    expect(result.log + result.summary).not.toContain('hunter2secret');
  });

  test('does not matter when `repository` says what to clone', async () => {
    const { asked } = await sent({ github: world.pushEvent() }, { repository: 'acme/tools' });
    expect(asked.githubUrl).toBe('acme/tools');
  });
});

test('a repository that was never pushed anywhere travels whole', async () => {
  git(world.workspace, 'init', '-q', '-b', 'main');
  world.write('only.txt', 'here\n');
  git(world.workspace, 'add', '-A');
  git(world.workspace, 'commit', '-q', '-m', 'Only here');
  const { asked, files, head } = await sent({ github: world.pushEvent() });
  expect(asked).toEqual({ githubUrl: undefined, branchName: undefined });
  expect(head).toBe(git(world.workspace, 'rev-parse', 'HEAD'));
  expect(files).toMatchObject(filesIn(world.workspace));
});

function serverUrl(repository: string): string {
  return `file://${path.join(world.directory, 'server', `${repository}.git`)}`;
}

function forkEvent(sha: string, ref = 'patch-1'): GitHubContext {
  const base = { full_name: 'acme/api', private: false };
  const pull = {
    number: 2,
    state: 'open',
    title: 'From a fork',
    user: { login: 'bob' },
    head: { ref, sha, repo: { full_name: 'bob/api', private: false, fork: true } },
    base: { ref: 'main', sha: world.mainSha, repo: base },
  };
  const event = {
    action: 'opened',
    number: 2,
    pull_request: pull,
    repository: base,
    sender: { login: 'bob', type: 'User' },
  };
  return { event_name: 'pull_request', event, ref: 'refs/pull/2/merge', sha, head_ref: ref, base_ref: 'main' };
}
