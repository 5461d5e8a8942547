import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { API_KEY, git, World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  await world.stop();
  expect(world.github.violations).toEqual([]);
});

beforeEach(() => {
  world.checkOutPull();
});

test('runs a task on the pull request and posts one comment that lives from running to the result', async () => {
  const result = await world.run({
    inputs: { prompt: 'demo: result All **good**.' },
    github: world.pullRequestEvent(),
  });

  expect(result.log).not.toContain('##[error]');
  expect(result.conclusion).toBe('success');
  expect(result.outputs).toMatchObject({ status: 'succeeded', 'reason-code': 'completed', result: 'All **good**.' });
  expect(result.summary).toContain('All **good**.');
  const comments = await world.comments();
  expect(comments).toHaveLength(1);
  expect(comments[0]?.login).toBe('github-actions[bot]');
  expect(comments[0]?.body).toContain('All **good**.');
  expect(result.outputs['comment-url']).toContain('#issuecomment-');
  expect(result.log).not.toContain(API_KEY);
});

test('updates the same comment on the next run, also behind a page of other people’s', async () => {
  const before = (await world.comments()).length;
  const bob = world.github.tokenFor('bob');
  const url = `${world.github.apiUrl}/repos/acme/api/issues/1/comments`;
  for (let index = 0; index < 110; index += 1) {
    const body = JSON.stringify({ body: `chatter ${index}` });
    await fetch(url, {
      method: 'POST',
      headers: { authorization: `token ${bob}`, 'content-type': 'application/json' },
      body,
    });
  }
  const result = await world.run({
    inputs: { prompt: 'demo: result Second.' },
    github: world.pullRequestEvent(),
    runId: '1002',
  });

  expect(result.conclusion).toBe('success');
  const list = await fetch(`${url}?per_page=1`, { headers: { authorization: `token ${bob}` } });
  const [first]: { body: string }[] = JSON.parse(await list.text());
  expect(before).toBe(1);
  expect(first?.body).toContain('Second.');
});

test('sends along what the remote does not have, and the agent really gets it', async () => {
  world.write('new file.txt', 'untracked\n');
  world.write('count.js', 'export const count = 3;\n');
  git(world.workspace, 'rm', '-q', 'README.md');
  world.write('.env', 'SECRET=1');
  const result = await world.run({ inputs: { prompt: 'Survey it.' }, github: world.pullRequestEvent(), runId: '1003' });

  expect(result.outputs).toMatchObject({ status: 'succeeded' });
  expect(result.outputs['result']).toContain('new file.txt');
  expect(result.log).toContain('Sending rebyte-changes.bundle');
  const workspace = path.join(
    world.rebyte.directory,
    'workspaces',
    result.outputs['workspace-id'] ?? '',
    'code',
    'api',
  );
  expect(await readFile(path.join(workspace, 'count.js'), 'utf8')).toBe('export const count = 3;\n');
  expect(existsSync(path.join(workspace, 'README.md'))).toBe(false);
  expect(await readFile(path.join(workspace, 'new file.txt'), 'utf8')).toBe('untracked\n');
  expect(existsSync(path.join(workspace, '.env'))).toBe(false);
  expect(result.summary).toContain('.env');
});
