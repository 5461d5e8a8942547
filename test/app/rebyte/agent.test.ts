import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { agentOver } from '../../../app/rebyte/agent.ts';
import { startRebyte, type Rebyte } from '../../../emulator/rebyte/index.ts';
import {
  AgentRefusal,
  AgentUnavailable,
  SubmissionInDoubt,
  type AgentPort,
  type ListedTask,
} from '../../../shared/ports/agent.ts';
import { RebyteClient } from '../../../shared/rebyte/index.ts';

let rebyte: Rebyte;
let client: RebyteClient;
let agent: AgentPort;
beforeEach(async () => {
  rebyte = await startRebyte();
  client = new RebyteClient({ apiKey: 'rbk_localhost', baseUrl: rebyte.url, retry: { attempts: 1 } });
  agent = agentOver(client, { mask: (text) => text.replaceAll('hush', '***') });
});
afterEach(async () => {
  await client.close();
  await rebyte.close();
});

const TASK = '/v1/tasks';

describe('Rebyte as the App sees it', () => {
  test('carries out a task, and says what came of it', async () => {
    const task = await agent.createTask({
      prompt: 'demo: artifact report.csv 64\ndemo: result Done.',
      skills: [],
      files: [],
    });
    const { text } = await agent.resultOf(task.taskId);
    expect(text).toBe('Done.');
    expect(await agent.getTask(task.taskId)).toMatchObject({ status: 'completed', prompts: [{ status: 'succeeded' }] });
    expect(await agent.artifacts(task.workspaceId!)).toEqual([{ name: 'report.csv', size: 64 }]);
    expect(await agent.share(task.taskId)).toContain(task.taskId);
  });

  test('lists its tasks, newest first and from any place on, and tells which have ended', async () => {
    const first = await agent.createTask({ prompt: 'demo: result x' });
    await agent.resultOf(first.taskId);
    const second = await agent.createTask({ prompt: 'demo: sleep 60' });
    const listed = async (from: number) => {
      const tasks: ListedTask[] = [];
      for await (const task of agent.listTasks(from)) tasks.push(task);
      return tasks.map(({ taskId, ended }) => ({ taskId, ended }));
    };
    const both = [
      { taskId: second.taskId, ended: false },
      { taskId: first.taskId, ended: true },
    ];
    expect(await listed(0)).toEqual(both);
    expect(await listed(1)).toEqual(both.slice(1));
    expect(await listed(2)).toEqual([]);
    await agent.cancel(second.taskId);
  });

  test('has no task that is gone', async () => {
    expect(await agent.getTask('c0ffee00-0000-4000-8000-000000000000')).toBeUndefined();
  });

  test('leaves it in doubt when the answer to a new task gets lost, and finds the task by its reference', async () => {
    rebyte.control.faults.add({ kind: 'reset', method: 'POST', path: TASK, when: 'after' });
    const since = Date.now();
    await expect(agent.createTask({ prompt: 'demo: result x\nReference: ref-1' })).rejects.toThrow(SubmissionInDoubt);
    expect(await agent.findByReference('ref-1', since)).toMatchObject({ taskId: expect.any(String) });
    expect(await agent.findByReference('ref-2', since)).toBe('none');
  });

  test('leaves a follow-up in doubt when the server fails on it', async () => {
    const { taskId } = await agent.createTask({ prompt: 'demo: result x' });
    rebyte.control.faults.add({ kind: 'respond', status: 502, method: 'POST', path: `${TASK}/*/prompts` });
    await expect(agent.sendPrompt(taskId, { prompt: 'more' })).rejects.toThrow(SubmissionInDoubt);
  });

  test('says that nothing was sent when it cannot be reached', async () => {
    await rebyte.close();
    const failure = await agent.createTask({ prompt: 'x' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentUnavailable);
    await expect(agent.listTasks(0)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(AgentUnavailable);
  });

  test.each([
    [502, undefined],
    [429, 90],
  ])('is away for a while with %i, and says for how long where it is said', async (status, retryAfter) => {
    const asked = retryAfter === undefined ? {} : { retryAfter };
    rebyte.control.faults.add({
      kind: 'respond',
      status,
      code: 'busy',
      message: 'hush',
      ...asked,
      method: 'GET',
      path: `${TASK}/t`,
    });
    const failure = await agent.getTask('t').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentUnavailable);
    expect(failure).toMatchObject({ retryAfterMs: retryAfter && retryAfter * 1_000 });
    expect(String(failure)).toContain('***');
  });

  test.each([
    [403, 'agent_disabled'],
    [400, 'limit_exceeded'],
    [400, 'something_new'],
  ])('refuses for good with %i %s, in its own words without our secrets', async (status, code) => {
    rebyte.control.faults.add({ kind: 'respond', status, code, message: 'no, hush', method: 'POST', path: TASK });
    const failure = await agent.createTask({ prompt: 'x' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentRefusal);
    expect(failure).toMatchObject({ code, message: 'no, ***' });
  });

  test('names in full what stood before Rebyte and refused', async () => {
    rebyte.control.faults.add({ kind: 'respond', status: 451, body: 'Blocked by policy.', method: 'POST', path: TASK });
    const failure = await agent.createTask({ prompt: 'x' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'http_451', message: expect.stringMatching(/POST http.*451.*Blocked/) });
  });

  test('refuses what the client can see is wrong', async () => {
    await expect(agent.createTask({ prompt: 'x'.repeat(100_001) })).rejects.toMatchObject({ code: 'validation_error' });
  });

  test('makes the computer that is named once, and says when it cannot come up', async () => {
    const id = await agent.computer('nightly');
    expect(await agent.computer('nightly')).toBe(id);
    expect(await agent.computer(id)).toBe(id);
    rebyte.control.faults.add({ kind: 'provision', error: 'no room' });
    await expect(agent.computer('other')).rejects.toMatchObject({ code: 'computer_failed' });
  });

  test('makes no computer whose name is the id of one that is gone', async () => {
    const id = 'c0ffee00-0000-4000-8000-000000000000';
    await expect(agent.computer(id)).rejects.toMatchObject({ code: 'computer_failed' });
    for await (const computer of client.agentComputers.list()) expect(computer.name).not.toBe(id);
  });

  test('takes a file', async () => {
    const bytes = (async function* () {
      yield await Promise.resolve(Buffer.from('hello'));
    })();
    const file = await agent.upload({ filename: 'a.txt', contentType: 'text/plain', bytes, size: 5 });
    expect(file).toEqual({ id: expect.any(String), filename: 'a.txt' });
  });
});
