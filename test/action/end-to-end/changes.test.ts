import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { agentFolder, filesIn } from './checkouts.ts';
import { ObservedWorld } from './observed-world.ts';
import { git, type World } from './world.ts';

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

/** Edits of every kind, some staged and some not, on top of a commit that was never pushed. */
function makeAMess(): void {
  const { workspace } = world;
  writeFileSync(path.join(workspace, 'logo.bin'), Buffer.from([0, 255, 13, 10, 0, 128, 26]));
  world.write('docs/old name.md', 'to be renamed\n'.repeat(20));
  world.write('doomed.txt', 'to be deleted\n');
  world.write('.gitignore', 'build/\n');
  git(workspace, 'add', '-A');
  git(workspace, 'commit', '-q', '-m', 'Never pushed');
  git(workspace, 'mv', 'docs/old name.md', 'docs/größe.md');
  writeFileSync(path.join(workspace, 'logo.bin'), Buffer.from([0, 1, 2, 255, 254, 10]));
  git(workspace, 'rm', '-q', 'doomed.txt');
  world.write('-untracked file.txt', 'new\n');
  world.write('run.sh', '#!/bin/sh\n');
  chmodSync(path.join(workspace, 'run.sh'), 0o755);
  symlinkSync('README.md', path.join(workspace, 'link.md'));
  renameSync(path.join(workspace, 'count.js'), path.join(workspace, 'counter.js'));
}

test('commits and edits that the remote does not have reach the agent exactly', async () => {
  makeAMess();
  const statusBefore = git(world.workspace, 'status', '--porcelain');
  world.write('build/cache.bin', 'ignored');
  const result = await observed.run({ inputs: { prompt: 'demo: result ok' }, github: world.pullRequestEvent() });

  expect(result.outputs['status']).toBe('succeeded');
  const clone = agentFolder(world, result.outputs['workspace-id'], 'api');
  const here = filesIn(world.workspace);
  delete here['build/cache.bin'];
  expect(filesIn(clone)).toEqual(here);
  expect(git(clone, 'rev-parse', 'HEAD')).toBe(git(world.workspace, 'rev-parse', 'HEAD'));
  // What is not committed here is not committed there.
  expect(git(clone, 'status', '--porcelain')).not.toBe('');
  expect(git(world.workspace, 'status', '--porcelain')).toBe(statusBefore);
  expect(result.summary).toContain('1 commit(s) that the remote does not have');
});

test('with `include-changes: off` they stay, and the agent is told what it does not see', async () => {
  world.write('draft.txt', 'not yet\n');
  git(world.workspace, 'commit', '-q', '--allow-empty', '-m', 'Not pushed');
  const inputs = { prompt: 'demo: result ok', 'include-changes': 'off' };
  const result = await observed.run({ inputs, github: world.pullRequestEvent() });

  expect(result.outputs['status']).toBe('succeeded');
  const { files, prompt } = observed.tap.created().at(-1) ?? {};
  expect(files).toBeUndefined();
  expect(prompt).toContain(
    '1 commit(s) that the remote does not have and 1 uncommitted file(s), which were not sent along',
  );
  expect(filesIn(agentFolder(world, result.outputs['workspace-id'], 'api'))).not.toHaveProperty(['draft.txt']);
});

test('more than Rebyte takes is refused before anything is asked of it', async () => {
  // Random bytes do not pack.
  writeFileSync(path.join(world.workspace, 'data.bin'), randomBytes(52 * 1024 * 1024));
  const before = observed.tap.requests.length;
  const result = await observed.run({ inputs: { prompt: 'demo: result ok' }, github: world.pullRequestEvent() });

  expect(result.conclusion).toBe('failure');
  expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'changes_too_large' });
  const [annotation] = result.steps.flatMap(({ annotations }) => annotations);
  expect(annotation?.message).toMatch(/52428800.*`?include-changes: off`?/);
  expect(observed.tap.requests).toHaveLength(before);
});

test('a file that looks like it holds secrets stays behind unless it was staged', async () => {
  world.write('.npmrc', '//registry.example/:_authToken=abc\n');
  world.write('deploy.key', 'key\n');
  world.write('.env.production', 'A=1\n');
  git(world.workspace, 'add', '-f', '.env.production');
  const result = await observed.run({ inputs: { prompt: 'demo: result ok' }, github: world.pullRequestEvent() });

  const arrived = filesIn(agentFolder(world, result.outputs['workspace-id'], 'api'));
  expect(arrived).toHaveProperty(['.env.production']);
  expect(arrived).not.toHaveProperty(['.npmrc']);
  expect(arrived).not.toHaveProperty(['deploy.key']);
  expect(result.summary).toMatch(/deploy\.key.*may hold secrets/);
});
