import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readEnvironment } from '../../../action/environment.ts';
import { readEvent } from '../../../action/event.ts';
import { parseInputs } from '../../../action/inputs/parse-inputs.ts';
import { chooseTarget, type Target } from '../../../action/plan/target.ts';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'target-'));
});

afterEach(() => rm(workspace, { recursive: true }));

async function target(inputs: Readonly<Record<string, string>> = {}): Promise<Target> {
  const environment = readEnvironment({
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
  });
  return await chooseTarget(
    parseInputs(JSON.stringify({ prompt: 'Go.', ...inputs })),
    environment,
    readEvent(environment),
  );
}

const OWN = "The task works on the workflow's own repository.";

test('without a checkout the task works on the workflow’s repository, and that is said', async () => {
  const { repository, branch, notes } = await target();
  expect({ repository, branch }).toEqual({ repository: 'acme/api', branch: 'main' });
  expect(notes).toEqual([`Nothing is checked out in \`${workspace}\`. ${OWN}`]);
});

test('a checkout that cannot be read is named, not passed over', async () => {
  await mkdir(path.join(workspace, '.git'));
  const { notes } = await target();
  expect(notes).toEqual([expect.stringMatching(/^git \w+ failed: .*repository/s)]);
});

test('nothing is said to whoever has named the repository or the branch', async () => {
  expect((await target({ repository: 'acme/web' })).notes).toEqual([]);
  expect((await target({ branch: 'next' })).notes).toEqual([]);
});
