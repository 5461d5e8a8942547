import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pinnedCommitLines } from '../../../../shared/domain/prompting/pinned-commit.ts';
import { aRun } from '../../../support/records.ts';

const SHA = 'a'.repeat(40);
const PLACE = { githubUrl: 'acme/app', branchName: 'feature' };
const FORK = { githubUrl: 'acme/app', branchName: 'main', fetchRef: 'refs/pull/7/head' };

function flags(branch: string) {
  return { position: 0, verb: 'run' as const, prompt: '', flags: { branch } };
}

describe('the commit of a command', () => {
  test.each(['c0ffee', '$(reboot)', `${SHA}\nrm -rf /`, 'HEAD'])('stands in no shell line when it is %j', (headSha) => {
    expect(pinnedCommitLines(aRun({ headSha }), PLACE)).toEqual([]);
    expect(pinnedCommitLines(aRun({ headSha }), undefined)).toEqual([]);
    const [line, ...more] = pinnedCommitLines(aRun({ headSha }), FORK);
    expect([line, more]).toEqual([expect.stringMatching(/: git fetch origin refs\/pull\/7\/head$/), []]);
  });

  test('is not brought about on another branch that was asked for', () => {
    expect(pinnedCommitLines(aRun({ headSha: SHA, command: flags('dev') }), PLACE)).toEqual([]);
  });

  test('is named to a follow-up, whose clone stays as it is', () => {
    const [line = '', ...more] = pinnedCommitLines(aRun({ headSha: SHA }), undefined);
    expect(more).toEqual([]);
    expect(line).toContain(`git fetch origin ${SHA}`);
    expect(line).not.toContain('checkout');
  });
});

describe('in a clone, the shell line', () => {
  let directory: string;
  let asked: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'rebyte-pinned-'));
    git(directory, 'init', '-q', '--bare', '-b', 'main', 'origin.git');
    // As GitHub does: whoever knows a commit's id may have it.
    git(path.join(directory, 'origin.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    git(directory, 'clone', '-q', origin(), 'author');
    commit('main');
    push('main');
    asked = commit('asked');
    push('feature', 'refs/pull/7/head');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test('changes nothing when the branch has not moved', () => {
    expect(carriedOut(PLACE)).toEqual({ head: asked, branch: 'feature' });
  });

  test('brings it to the commit when the branch went on', () => {
    commit('later');
    push('feature');
    expect(carriedOut(PLACE)).toEqual({ head: asked, branch: 'HEAD' });
  });

  test.each([
    ['a clone of the branch', PLACE],
    ['a clone of the base', FORK],
  ])('brings %s to the commit when the branch was rewritten', (_, place) => {
    git(author(), 'reset', '-q', '--hard', 'HEAD~1');
    commit('other');
    push('feature', 'refs/pull/7/head');
    expect(carriedOut(place)).toEqual({ head: asked, branch: 'HEAD' });
  });

  test("brings a clone of the base to the commit of a fork's pull request", () => {
    expect(carriedOut(FORK)).toEqual({ head: asked, branch: 'HEAD' });
  });

  /** What a new clone has checked out after the lines for the agent were carried out in it. */
  function carriedOut(place: typeof PLACE & { fetchRef?: string }): { head: string; branch: string } {
    const clone = path.join(directory, 'clone');
    git(directory, 'clone', '-q', '-b', place.branchName, '--single-branch', origin(), clone);
    const line = pinnedCommitLines(aRun({ headSha: asked }), place).find((each) => each.startsWith('test ')) ?? 'false';
    execFileSync('sh', ['-c', line], { cwd: clone, env: environment(), stdio: 'ignore' });
    return { head: git(clone, 'rev-parse', 'HEAD'), branch: git(clone, 'rev-parse', '--abbrev-ref', 'HEAD') };
  }

  function origin(): string {
    return pathToFileURL(path.join(directory, 'origin.git')).href;
  }

  function author(): string {
    return path.join(directory, 'author');
  }

  function commit(text: string): string {
    writeFileSync(path.join(author(), 'a.txt'), text);
    git(author(), 'add', '-A');
    git(author(), 'commit', '-q', '-m', text);
    return git(author(), 'rev-parse', 'HEAD');
  }

  function push(...branches: readonly string[]): void {
    git(author(), 'push', '-q', '--force', 'origin', ...branches.map((branch) => `HEAD:${refOf(branch)}`));
  }
});

function refOf(name: string): string {
  return name.startsWith('refs/') ? name : `refs/heads/${name}`;
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function environment(): NodeJS.ProcessEnv {
  const who = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' };
  const by = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  return { ...process.env, ...who, ...by, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}
