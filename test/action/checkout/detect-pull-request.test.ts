import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GitHubEvent } from '../../../action/checkout/event.ts';
import { type Git, runGit } from '../../../action/checkout/git.ts';
import { pullRequestEvent } from './event-of.ts';
import type { GitWorld } from './git-world.ts';
import { detect } from './hand-over.ts';
import { makeHistory } from './history.ts';

let world: GitWorld;
let base: string;
let tip: string;
let head: string;
let merge: string;
let forkHead: string;
let workspace: string;
let workspaces = 0;

beforeAll(() => {
  ({ world, base, tip, head, merge, forkHead } = makeHistory());
});

afterAll(() => world.remove());

beforeEach(() => {
  workspace = join(world.directory, `workspace-${(workspaces += 1)}`);
});

/** actions/checkout for a pull request without `ref`. */
function checkoutMerge(): void {
  world.checkout({
    repository: 'acme/site',
    refspecs: [`+${merge}:refs/remotes/pull/7/merge`],
    checkout: ['refs/remotes/pull/7/merge'],
    into: workspace,
  });
}

function pull(changes: Partial<Parameters<typeof pullRequestEvent>[0]> = {}): GitHubEvent {
  return pullRequestEvent({ mergeSha: merge, headSha: head, baseSha: tip, ...changes });
}

describe('a pull request', () => {
  test('on its merge ref starts from its own head', async () => {
    checkoutMerge();
    expect(await detect(workspace, pull())).toMatchObject({
      sha: merge,
      detached: true,
      source: 'pull_request',
      pullRequest: {
        number: 7,
        headRepository: 'acme/site',
        headBranch: 'feature/x',
        headSha: head,
        baseBranch: 'main',
      },
      taskRepository: 'acme/site',
      taskBranch: 'feature/x',
      taskSha: head,
      local: { commits: [], prerequisites: [merge] },
    });
  });

  test('checked out at its head commit is the same', async () => {
    world.checkout({ repository: 'acme/site', refspecs: [head], checkout: [head], into: workspace });
    expect(await detect(workspace, pull())).toMatchObject({
      sha: head,
      source: 'pull_request',
      taskBranch: 'feature/x',
      taskSha: head,
    });
  });

  test('checked out by branch may be newer than the event', async () => {
    world.branchCheckout('acme/site', 'feature/x', workspace);
    const found = await detect(workspace, pull({ headSha: base }));
    expect(found).toMatchObject({ source: 'pull_request', taskBranch: 'feature/x', taskSha: head });
  });

  test('with commits on top of the merge ref is still the pull request', async () => {
    checkoutMerge();
    const local = world.commit(workspace, 'local');
    const found = await detect(workspace, pull());
    expect(found).toMatchObject({ source: 'pull_request', taskBranch: 'feature/x', taskSha: undefined });
    expect(found.local).toEqual({ commits: [local], prerequisites: [merge] });
  });

  test('of a public fork is worked on in the fork', async () => {
    checkoutMerge();
    const found = await detect(workspace, pull({ headRepository: 'mona/site' }));
    expect(found).toMatchObject({ source: 'pull_request_fork', taskRepository: 'mona/site', taskBranch: 'feature/x' });
    expect(found.notes.join()).toContain('`mona/site`');
  });

  test('of a fork that the workflow checked out itself is found by the fork’s remote', async () => {
    world.branchCheckout('mona/site', 'feature/x', workspace);
    const found = await detect(workspace, pull({ headRepository: 'mona/site', headSha: forkHead }));
    expect(found).toMatchObject({ source: 'pull_request_fork', taskRepository: 'mona/site', taskSha: forkHead });
  });

  test.each([
    ['a private fork', { headRepository: 'mona/site', headPrivate: true }],
    ['a deleted fork', { headRepository: null }],
    ['a closed pull request, whose branch may be deleted', { state: 'closed' }],
  ])('of %s starts from the base repository', async (_name, changes) => {
    checkoutMerge();
    const found = await detect(workspace, pull(changes));
    expect(found).toMatchObject({ taskRepository: 'acme/site', taskBranch: 'main', taskSha: head });
    expect(found.notes.join()).toContain('the agent clones `acme/site`');
  });

  test('is not what pull_request_target checks out', async () => {
    world.branchCheckout('acme/site', 'main', workspace);
    const target = {
      ...pull({ headRepository: 'mona/site' }),
      eventName: 'pull_request_target',
      ref: 'refs/heads/main',
      sha: tip,
    };
    const found = await detect(workspace, target);
    expect(found).toMatchObject({ source: 'branch', taskRepository: 'acme/site', taskBranch: 'main', taskSha: tip });
    expect(found.pullRequest).toBeUndefined();
  });

  test('is what pull_request_target works on when the workflow checks it out', async () => {
    world.checkout({ repository: 'acme/site', refspecs: [head], checkout: [head], into: workspace });
    const target = { ...pull(), eventName: 'pull_request_target', ref: 'refs/heads/main', sha: tip };
    expect(await detect(workspace, target)).toMatchObject({
      source: 'pull_request',
      taskBranch: 'feature/x',
      taskSha: head,
    });
  });
});

describe('git is asked', () => {
  const subcommands = (started: readonly (readonly string[])[]) =>
    started.map((args) => args.find((arg) => /^[a-z]/.test(arg)));

  async function askedFor(): Promise<{ asked: readonly unknown[]; found: Awaited<ReturnType<typeof detect>> }> {
    const started: (readonly string[])[] = [];
    const git: Git = (args, options) => {
      started.push(args);
      return runGit(args, options);
    };
    return { found: await detect(workspace, pull(), git), asked: subcommands(started) };
  }

  test('once for a clean checkout', async () => {
    checkoutMerge();
    expect((await askedFor()).asked).toEqual(['status']);
  });

  test('for the remotes too when the config file alone does not tell', async () => {
    checkoutMerge();
    const config = join(workspace, '.git/config');
    const plain = readFileSync(config, 'utf8');
    writeFileSync(
      config,
      `[url "https://github.com/"]\n\tinsteadOf = hub:\n${plain.replace('https://github.com/', 'hub:')}`,
    );
    const { asked, found } = await askedFor();
    expect(asked).toEqual(['status', 'remote']);
    expect(found).toMatchObject({ remote: { owner: 'acme', repo: 'site' }, taskBranch: 'feature/x' });
  });
});
