import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { artifactsDirectory } from '../../../action/task/artifacts.ts';
import { findSentFiles, MAX_FILE_BYTES } from '../../../action/plan/sent-files.ts';

let outside = '';
let workspace = '';

beforeEach(async () => {
  outside = await realpath(await mkdtemp(path.join(tmpdir(), 'sent-files-')));
  workspace = path.join(outside, 'workspace');
  for (const folder of ['logs/deep', '.git', 'packages/a', 'packages/b'])
    await mkdir(path.join(workspace, folder), { recursive: true });
  for (const file of [
    'logs/one.log',
    'logs/deep/two.log',
    '.git/config',
    '.env',
    '.env.local',
    'id_rsa',
    'server.key',
    'prompt.md',
    'packages/a/index.ts',
    'packages/b/index.ts',
  ]) {
    await writeFile(path.join(workspace, file), file);
  }
  await writeFile(path.join(outside, 'secret.log'), 'secret');
});

afterEach(async () => {
  await rm(outside, { recursive: true });
});

async function names(...patterns: string[]): Promise<string[]> {
  return (await findSentFiles(patterns, workspace)).map((file) => file.filename);
}

test('finds files by globs, and leaves out what a ! excludes', async () => {
  expect(await names('logs/**/*.log')).toEqual(['two.log', 'one.log']);
  expect(await names('logs/**', '!**/deep/**')).toEqual(['one.log']);
});

test('leaves out .git always, and what looks like a secret unless a pattern names it', async () => {
  await expect(names('.git/**')).rejects.toThrow('matches no file');
  expect(await names('*')).toEqual(['prompt.md']);
  expect(await names('.env.local')).toEqual(['.env.local']);
  expect(await names('*.key')).toEqual(['server.key']);
});

test('names the pattern that matches nothing', async () => {
  await expect(names('logs/one.log', 'nope/*.txt')).rejects.toMatchObject({
    reason: 'file_refused',
    message: expect.stringContaining('`files`: "nope/*.txt" matches no file'),
  });
});

test('follows no link and leaves no workspace', async () => {
  await symlink(path.join(outside, 'secret.log'), path.join(workspace, 'logs/link.log'));
  await symlink(outside, path.join(workspace, 'out'));
  expect(await names('logs/*.log')).toEqual(['one.log']);
  await expect(names('../secret.log')).rejects.toThrow('outside of the workspace');
  await expect(names('out/secret.log')).rejects.toThrow('outside of the workspace');
});

test('refuses two files that would arrive under one name', async () => {
  await expect(names('packages/*/index.ts')).rejects.toThrow('would both arrive as /code/index.ts');
});

test('refuses a file that Rebyte would refuse, before anything is sent', async () => {
  const large = path.join(workspace, 'large.bin');
  await writeFile(large, '');
  await truncate(large, MAX_FILE_BYTES + 1);
  await expect(names('large.bin')).rejects.toThrow(
    '"large.bin" has 52428801 bytes; Rebyte takes at most 52428800 (50 MiB) per file',
  );
});

test('keeps downloads in the workspace', async () => {
  expect(await artifactsDirectory('out/new', workspace)).toBe(path.join(workspace, 'out/new'));
  await expect(artifactsDirectory('../x', workspace)).rejects.toThrow(
    'Input `artifacts-path` is "../x", which lies outside',
  );
  await expect(artifactsDirectory('/etc', workspace)).rejects.toThrow('lies outside');
  await symlink(outside, path.join(workspace, 'link'));
  await expect(artifactsDirectory('link/x', workspace)).rejects.toThrow('lies outside');
});
