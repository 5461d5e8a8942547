import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MAX_PROMPT_FILE_BYTES, readFromWorkspace } from '../../../action/plan/prompt-file.ts';

let outside = '';
let workspace = '';

beforeEach(async () => {
  outside = await realpath(await mkdtemp(path.join(tmpdir(), 'prompt-file-')));
  workspace = path.join(outside, 'workspace');
  await mkdir(workspace);
  await writeFile(path.join(workspace, 'prompt.md'), 'Look around.');
  await writeFile(path.join(outside, 'secret.log'), 'secret');
});

afterEach(async () => {
  await rm(outside, { recursive: true });
});

test('is read in the workspace, and nowhere else', async () => {
  expect(await readFromWorkspace('prompt.md', workspace)).toBe('Look around.');
  await expect(readFromWorkspace('gone.md', workspace)).rejects.toThrow('`prompt-file`: "gone.md" cannot be read');
  await expect(readFromWorkspace('.', workspace)).rejects.toThrow('outside of the workspace');
  await expect(readFromWorkspace('../secret.log', workspace)).rejects.toThrow('outside of the workspace');
  await symlink(path.join(outside, 'secret.log'), path.join(workspace, 'sneaky.md'));
  await expect(readFromWorkspace('sneaky.md', workspace)).rejects.toThrow('outside of the workspace');
});

test('is not what git keeps, where a token may be, by whatever name', async () => {
  await mkdir(path.join(workspace, 'vendor', '.git'), { recursive: true });
  await writeFile(path.join(workspace, 'vendor', '.git', 'config'), 'token');
  await symlink(path.join('vendor', '.git', 'config'), path.join(workspace, 'sneaky.md'));
  await symlink(path.join('vendor', '.git'), path.join(workspace, 'folder'));
  for (const name of ['vendor/.git/config', 'sneaky.md', 'folder/config'])
    await expect(readFromWorkspace(name, workspace)).rejects.toThrow('is in a `.git`');
});

test('is refused by its size before it is read', async () => {
  await truncate(path.join(workspace, 'prompt.md'), MAX_PROMPT_FILE_BYTES + 1);
  await expect(readFromWorkspace('prompt.md', workspace)).rejects.toMatchObject({
    reason: 'file_refused',
    message: '`prompt-file`: "prompt.md" has 1000001 bytes; at most 1 MB is read.',
  });
});
