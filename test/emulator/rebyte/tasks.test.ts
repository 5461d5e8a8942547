import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, KEY, startCheckedApi } from './checked-api.ts';
import { createOrigin, type Origin } from './git-origin.ts';

let api: CheckedApi;
let origin: Origin;

beforeAll(async () => {
  origin = await createOrigin();
  await origin.commit({ 'README.md': '# Hello\n', 'src/a.ts': 'one\n' }, 'first');
  origin.git(['checkout', '--quiet', '-b', 'topic']);
  await origin.commit({ 'src/topic.ts': 'topic\n' }, 'on topic');
  origin.git(['checkout', '--quiet', 'main']);
  api = await startCheckedApi({ gitBaseUrl: origin.baseUrl });
});

afterAll(async () => {
  await api.rebyte.close();
  await origin.remove();
});

function codeFolder(workspaceId: string): string {
  return join(api.rebyte.directory, 'workspaces', workspaceId, 'code');
}

/** Lets a task go on that waits for a file. */
async function release({ workspaceId }: { workspaceId: string }, file: string): Promise<void> {
  await writeFile(join(codeFolder(workspaceId), file), '');
}

describe('a task', () => {
  test('runs in a real clone of the branch it names and ends with the result it was told', async () => {
    const task = await api.task('demo: write out.txt at /code/repo\ndemo: result all **done**', {
      githubUrl: 'owner/repo',
      branchName: 'topic',
    });
    expect(await api.done(task.id)).toMatchObject({ status: 'succeeded', finalResult: 'all **done**' });
    const clone = join(codeFolder(task.workspaceId), 'repo');
    expect(existsSync(join(clone, 'src/topic.ts'))).toBe(true);
    expect(await readFile(join(clone, 'out.txt'), 'utf8')).toBe(`at ${clone}`);
    expect(origin.git(['remote', 'get-url', 'origin'], clone)).toBe(`${origin.baseUrl}/owner/repo`);
  });

  test('clones main when no branch is named', async () => {
    const task = await api.task('demo: result x', { githubUrl: 'owner/repo' });
    expect(origin.git(['branch', '--show-current'], join(codeFolder(task.workspaceId), 'repo'))).toBe('main');
    await api.done(task.id);
  });

  test.each([
    [{ githubUrl: 'owner/missing' }, 'could not clone owner/missing'],
    [{ githubUrl: 'owner/repo', branchName: 'missing' }, 'branch missing'],
    [{ githubUrl: 'owner/repo', branchName: '--upload-pack=touch /tmp/pwned' }, 'cannot begin with a dash'],
    [{ githubUrl: '../repo' }, 'plain name'],
    [{ githubUrl: 'not a repository' }, 'githubUrl'],
    [{ prompt: '' }, 'prompt'],
    [{ prompt: 'x'.repeat(100_001) }, 'prompt'],
    [{ executor: 'cluade' }, 'cluade'],
    [{ workspaceId: 'no-uuid' }, 'workspaceId'],
    [{ files: [{ id: 'nope', filename: 'a' }] }, 'no file nope'],
  ])('with case %# is refused as invalid, saying what is wrong', async (fields, message) => {
    const { status, body } = await api.call('POST', '/tasks', { prompt: 'x', ...fields });
    expect([status, body.error.code]).toEqual([400, 'validation_error']);
    expect(body.error.message).toContain(message);
  });

  test('in a workspace nobody knows is not found', async () => {
    const workspaceId = '00000000-0000-4000-8000-000000000000';
    const { status, body } = await api.call('POST', '/tasks', { prompt: 'x', workspaceId });
    expect([status, body.error.code]).toEqual([404, 'not_found']);
  });

  test('fails with the reason its agent gave, or with the exit code', async () => {
    const [told, died] = await Promise.all([api.task('demo: fail out of luck'), api.task('demo: exit 3')]);
    expect(await api.done(told.id)).toMatchObject({ status: 'failed', finalResult: 'out of luck' });
    expect((await api.done(died.id)).finalResult).toContain('exited with code 3');
    expect((await api.call('GET', `/tasks/${told.id}`)).body.status).toBe('failed');
  });

  test('ignores fields that the description does not know', async () => {
    const task = await api.task('demo: result x', { somethingNew: true });
    expect((await api.done(task.id)).status).toBe('succeeded');
  });

  test('is created although its client hung up while it was provisioned', async () => {
    api.rebyte.control.faults.add({ kind: 'provision', ms: 150 });
    const hangUp = new AbortController();
    const sent = fetch(`${api.rebyte.url}/tasks`, {
      method: 'POST',
      headers: { API_KEY: KEY, 'Content-Type': 'application/json' },
      body: JSON.stringify({ prompt: 'nobody listens\ndemo: result x' }),
      signal: hangUp.signal,
    });
    await eventually(() => api.rebyte.control.faults.list().length === 0);
    hangUp.abort();
    await expect(sent).rejects.toThrow();
    await eventually(async () => (await api.call('GET', '/tasks')).body.data[0].title === 'nobody listens');
  });
});

describe('follow-ups', () => {
  test('run one after another in the folder of the first prompt, newest first in the list', async () => {
    const task = await api.task('demo: wait go\ndemo: write kept.txt yes\ndemo: result one');
    const second = await api.call('POST', `/tasks/${task.id}/prompts`, {
      prompt: 'demo: wait kept.txt\ndemo: result two',
    });
    expect(second.status).toBe(201);
    const busy = (await api.call('GET', `/tasks/${task.id}`)).body;
    expect([busy.status, busy.prompts.map((prompt: { status: string }) => prompt.status)[0]]).toEqual([
      'running',
      'pending',
    ]);
    const done = api.done(task.id);
    await release(task, 'go');
    expect((await done).finalResult).toBe('two');
    const after = (await api.call('GET', `/tasks/${task.id}`)).body;
    expect(after.prompts[0].id).toBe(second.body.promptId);
    expect(after).toMatchObject({ status: 'completed', prompts: [{ status: 'succeeded' }, { status: 'succeeded' }] });
    expect(after.prompts[0].completedAt).toMatch(/\.\d{6}\+00:00$/);
  });

  test('revive a failed task', async () => {
    const task = await api.task('demo: fail once');
    await api.done(task.id);
    await api.call('POST', `/tasks/${task.id}/prompts`, { prompt: 'demo: result better' });
    await api.done(task.id);
    expect((await api.call('GET', `/tasks/${task.id}`)).body.status).toBe('completed');
  });

  test('never discard what an earlier prompt changed when another task wants another branch', async () => {
    const edit = 'demo: write src/topic.ts edited\ndemo: result x';
    const { id, workspaceId } = await api.task(edit, { githubUrl: 'owner/repo' });
    await api.done(id);
    const clone = join(codeFolder(workspaceId), 'repo');
    origin.git(['branch', 'topic', 'main'], clone); // Known there, so that it is checked out and then merged.
    origin.git(['add', '--all'], clone);
    const head = await origin.commit({}, 'work of the first', clone);
    await writeFile(join(clone, 'README.md'), 'not committed');
    const main = origin.git(['rev-parse', 'main'], clone);
    const second = await api.task('demo: result y', { workspaceId, githubUrl: 'owner/repo', branchName: 'topic' });
    await api.done(second.id);
    expect(await readFile(join(clone, 'README.md'), 'utf8')).toBe('not committed');
    expect([main, origin.git(['rev-parse', 'main'], clone)]).toEqual([head, head]);
  });

  test('of another task move a clean clone to the branch they name', async () => {
    const { id, workspaceId } = await api.task('demo: result x', { githubUrl: 'owner/repo' });
    await api.done(id);
    const second = await api.task('demo: result y', { workspaceId, githubUrl: 'owner/repo', branchName: 'topic' });
    await api.done(second.id);
    expect(existsSync(join(codeFolder(workspaceId), 'repo/src/topic.ts'))).toBe(true);
  });
});

describe('cancel', () => {
  test('ends running and pending prompts and whatever the agent left running', async () => {
    const task = await api.task('demo: spawn 600s\ndemo: wait never');
    const pid = await spawnedPid(task.id);
    await api.call('POST', `/tasks/${task.id}/prompts`, { prompt: 'later' });
    const { body } = await api.call('POST', `/tasks/${task.id}/cancel`);
    expect(body).toEqual({ id: task.id, status: 'canceled', canceledPrompts: 2 });
    await eventually(() => !isAlive(pid));
    expect((await api.call('GET', `/tasks/${task.id}`)).body.status).toBe('canceled');
  });

  test('of a task that has ended changes nothing', async () => {
    const task = await api.task('demo: result x');
    await api.done(task.id);
    const { body } = await api.call('POST', `/tasks/${task.id}/cancel`);
    expect(body).toEqual({ id: task.id, status: 'completed', canceledPrompts: 0 });
  });

  async function spawnedPid(taskId: string): Promise<number> {
    for await (const { data } of api.stream(taskId)) {
      const [, pid] = /spawned (\d+)/.exec(data.payload?.content ?? '') ?? [];
      if (pid !== undefined) return Number(pid);
    }
    throw new Error('nothing was spawned');
  }
});

describe('delete', () => {
  test('hides the task at once, stops it and removes its folder', async () => {
    const task = await api.task('demo: wait never');
    expect((await api.call('DELETE', `/tasks/${task.id}`)).status).toBe(204);
    expect((await api.call('GET', `/tasks/${task.id}`)).status).toBe(404);
    const { data } = (await api.call('GET', '/tasks?limit=100')).body;
    expect(data.map((listed: { id: string }) => listed.id)).not.toContain(task.id);
    await eventually(() => !existsSync(codeFolder(task.workspaceId)));
  });
});

describe('the list', () => {
  test('is newest first and in pages', async () => {
    const titles = ['one', 'two', 'three'];
    for (const title of titles) await api.done((await api.task(`${title}\ndemo: result x`)).id);
    const first = (await api.call('GET', '/tasks?limit=2')).body;
    const next = (await api.call('GET', '/tasks?limit=2&offset=2')).body;
    expect([...first.data, next.data[0]].map(({ title }) => title)).toEqual(['three', 'two', 'one']);
    expect(first.total).toBeGreaterThanOrEqual(3);
    expect(first.data[0]).not.toHaveProperty('status');
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'limit=1.5'])('with %s is refused', async (query) => {
    expect((await api.call('GET', `/tasks?${query}`)).body.error.code).toBe('validation_error');
  });
});

describe('visibility', () => {
  test('gives a link that works once the task is public', async () => {
    const task = await api.task('demo: result for everyone');
    await api.done(task.id);
    const share = `${api.rebyte.origin}/share/${task.id}`;
    expect((await fetch(share)).status).toBe(404);
    const { body } = await api.call('PATCH', `/tasks/${task.id}/visibility`, { visibility: 'public' });
    expect(body).toEqual({ visibility: 'public', shareUrl: share });
    expect(await (await fetch(share)).text()).toContain('for everyone');
    const back = await api.call('PATCH', `/tasks/${task.id}/visibility`, { visibility: 'shared' });
    expect(back.body).toEqual({ visibility: 'shared' });
  });

  test('takes no other value', async () => {
    const task = await api.task('demo: result x');
    expect((await api.call('PATCH', `/tasks/${task.id}/visibility`, { visibility: 'all' })).status).toBe(400);
  });
});

describe('the door', () => {
  test.each(['API_KEY', 'api_key', 'Api-Key', 'X-API-KEY'])(
    'takes the key in %s from a client of another make',
    async (header) => {
      const body = await rawStatus({ [header]: KEY });
      expect(body).toBe(200);
    },
  );

  test('tells a missing key from a wrong one', async () => {
    const none = await fetch(`${api.rebyte.url}/tasks`);
    const wrong = await fetch(`${api.rebyte.url}/tasks`, { headers: { API_KEY: 'rbk_other' } });
    expect([none.status, errorCode(await none.text())]).toEqual([401, 'missing_api_key']);
    expect([wrong.status, errorCode(await wrong.text())]).toEqual([401, 'invalid_api_key']);
  });

  test("answers what it does not know in the API's own form", async () => {
    expect((await api.call('GET', '/nothing')).body.error.code).toBe('not_found');
    const broken = await fetch(`${api.rebyte.url}/tasks`, { method: 'POST', headers: { API_KEY: KEY }, body: '{' });
    expect([broken.status, errorCode(await broken.text())]).toEqual([400, 'validation_error']);
  });

  function errorCode(body: string): string {
    return JSON.parse(body).error.code;
  }

  function rawStatus(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${api.rebyte.url}/tasks`, { headers, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end();
    });
  }
});

describe('close', () => {
  test('kills what runs, ends what provisions and removes the folder', async () => {
    const own = await startCheckedApi();
    const { rebyte } = own;
    await own.task('demo: wait never');
    rebyte.control.faults.add({ kind: 'provision', ms: 60_000 });
    const blocked = own.call('POST', '/tasks', { prompt: 'x' });
    const ended = blocked.then(
      ({ status }) => status,
      () => 500,
    );
    await eventually(() => rebyte.control.faults.list().length === 0);
    await rebyte.close();
    expect(await ended).toBe(500);
    expect(existsSync(rebyte.directory)).toBe(false);
  });

  test('keeps a folder that it was given', async () => {
    const directory = join(origin.root, 'given');
    await mkdir(directory);
    const { rebyte } = await startCheckedApi({ directory });
    await rebyte.close();
    expect(existsSync(directory)).toBe(true);
  });
});

/** What was killed can still be there as a zombie, until its new parent looks. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false; // ESRCH, or ENOENT
  }
}

/** Asks until it is so; the test's own timeout is the limit. */
async function eventually(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setImmediate(resolve));
}
