import { describe, expect, test } from '@jest/globals';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { AgentRefusal, AgentUnavailable } from '../../../../shared/ports/agent.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import { THREAD } from '../fake-threads.ts';
import { accept, aNotice, createRunWorld, killedAt, runOf, work, type RunWorld } from './run-world.ts';

const SUBMIT = { lane: 'submit:acme/app#7', key: 'submit:run-1' };

async function submitted(world: RunWorld, changes: Parameters<typeof accept>[1] = {}): Promise<void> {
  const { id } = await accept(world, changes);
  await submitRun(world.engine, id);
}

describe('a submission in doubt', () => {
  test('is adopted when it can be found', async () => {
    const world = createRunWorld();
    world.rebyte.nextAnswer = 'kept';
    await submitted(world);
    expect(await runOf(world)).toMatchObject({ state: 'running', taskId: 'task-1' });
    expect(world.rebyte.tasks).toHaveLength(1);
  });

  test.each(['kept', 'dropped'] as const)(
    'that cannot be found (%s) is lost, said so, and not sent again',
    async (fate) => {
      const world = createRunWorld();
      world.rebyte.nextAnswer = fate;
      world.rebyte.findable = 'none';
      await accept(world);
      world.queue.push({ job: { kind: 'submit', runId: 'run-1' }, options: SUBMIT });
      await work(world);
      expect((await runOf(world)).ending).toMatchObject({ status: 'lost', reason: 'submit_in_doubt' });
      expect(world.rebyte.calls.filter((call) => call === 'create task')).toHaveLength(1);
      expect(world.github.comments[0]?.body).toContain('/rebyte retry');
    },
  );
});

describe('where prompts cannot be read, a submission in doubt', () => {
  async function inDoubt(changes: Parameters<typeof accept>[1] = {}): Promise<RunWorld> {
    const world = createRunWorld();
    world.rebyte.nextAnswer = 'kept';
    world.rebyte.findable = 'unsearchable';
    await accept(world, changes);
    world.queue.push({ job: { kind: 'submit', runId: 'run-1' }, options: SUBMIT });
    return world;
  }
  const elsewhere = (world: RunWorld) => ({
    id: 'task-99',
    request: { prompt: 'from another program' },
    createdAt: world.time.now,
    prompts: [{ id: 'prompt-99', text: 'from another program', status: 'running' }],
  });

  test('is the only task that nobody knows, in the end and with a note', async () => {
    const world = await inDoubt();
    await work(world);
    const run = await runOf(world);
    expect(run).toMatchObject({ state: 'running', taskId: 'task-1' });
    expect(run.notes).toContain("Rebyte's answer got lost; this is the only task that can be the one.");
    expect(world.rebyte.calls.filter((call) => call.startsWith('find')).length).toBeGreaterThan(3);
  });

  test('is lost when two tasks can be it', async () => {
    const world = await inDoubt();
    world.rebyte.tasks.push(elsewhere(world));
    await work(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost', reason: 'submit_in_doubt' });
  });

  test('is lost when another run looks for its task too', async () => {
    const world = await inDoubt();
    const submission = { phase: 'sending', looks: 0 } as const;
    await accept(world, { id: 'run-2', state: 'submitting', submission, submittedAt: world.time.now });
    await work(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test('is not taken for a task that another run has, nor for one from before', async () => {
    const world = await inDoubt();
    world.rebyte.nextAnswer = 'dropped';
    world.rebyte.tasks.push({ ...elsewhere(world), createdAt: world.time.now - 60 * 60_000 });
    world.rebyte.tasks.push({ ...elsewhere(world), id: 'task-98' });
    await accept(world, { id: 'run-2', state: 'running', taskId: 'task-98' });
    await work(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test('on an Agent Computer is looked for among its tasks alone', async () => {
    const world = await inDoubt({
      command: { position: 0, verb: 'run', prompt: 'tidy up', flags: { computer: 'box' } },
    });
    world.github.config = 'computers: [box]\n';
    world.rebyte.tasks.push(elsewhere(world));
    await work(world);
    expect(await runOf(world)).toMatchObject({ state: 'running', taskId: 'task-2' });
    expect(world.rebyte.calls).toContain('tasks of computer-box');
  });
});

describe('a submission in doubt that Rebyte cannot be asked for', () => {
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;

  async function inDoubt(fault: Error): Promise<RunWorld & { readonly mend: () => void }> {
    const world = createRunWorld();
    const find = world.rebyte.findByReference.bind(world.rebyte);
    world.rebyte.nextAnswer = 'kept';
    world.rebyte.findByReference = async () => {
      await Promise.resolve();
      throw fault;
    };
    await accept(world);
    await expect(submitRun(world.engine, 'run-1')).rejects.toThrow();
    return Object.assign(world, { mend: () => void (world.rebyte.findByReference = find) });
  }

  /** Each job fails at once and is set aside, so that only the sweep goes on with the run. */
  async function pass(world: RunWorld, ms: number): Promise<void> {
    for (const end = world.time.now + ms; world.time.now < end;) {
      world.time.now += 5 * MINUTE;
      await sweepRuns(world.engine);
      for (const { job } of world.queue.splice(0))
        if (job.kind === 'submit') await submitRun(world.engine, job.runId).catch(() => undefined);
    }
  }

  test.each([
    ['it refuses', new AgentRefusal('invalid_api_key', 'The key was revoked.')],
    ['it is away', new AgentUnavailable('503')],
    ['its answer is strange', new Error('Unexpected token <')],
  ])('because %s is lost after half a day, and what waits for it leaves', async (_, error) => {
    const world = await inDoubt(error);
    await accept(world, { id: 'run-2' });
    await pass(world, 11.5 * HOUR);
    expect(await runOf(world)).toMatchObject({ state: 'submitting' });
    await pass(world, HOUR);
    const { ending } = await runOf(world);
    expect(ending).toMatchObject({ status: 'lost', reason: 'submit_in_doubt' });
    expect(ending?.message).toContain(error.message);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'running', taskId: 'task-2' });
  });

  test('because it refuses is no failure of its job, which asks again in ten minutes', async () => {
    const world = await inDoubt(new AgentRefusal('invalid_api_key', 'The key was revoked.'));
    const again = submitRun(world.engine, 'run-1');
    await expect(again).rejects.toMatchObject({ name: 'TryLater', delayMs: 10 * MINUTE });
    expect(world.log.join()).toContain('The key was revoked.');
  });

  test('is adopted once it can be asked again, and looks in vain of then count no more', async () => {
    const world = await inDoubt(new AgentUnavailable('503'));
    await pass(world, 11 * HOUR);
    world.mend();
    await submitRun(world.engine, 'run-1');
    expect(await runOf(world)).toMatchObject({ state: 'running', taskId: 'task-1', inVain: { looks: 0 } });
  });

  test('is not given up because the App itself was away for longer', async () => {
    const world = await inDoubt(new AgentUnavailable('503'));
    world.time.now += 48 * HOUR;
    await pass(world, 10 * MINUTE);
    world.rebyte.end('task-1');
    world.mend();
    await pass(world, 10 * MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
  });
});

test('no second task is brought up on an Agent Computer while the first is in doubt', async () => {
  const world = createRunWorld('computers: [box]\n');
  const command = { position: 0, verb: 'run', prompt: 'tidy up', flags: { computer: 'box', new: true } } as const;
  world.rebyte.nextAnswer = 'kept';
  world.rebyte.findable = 'none';
  await accept(world, { command });
  await expect(submitRun(world.engine, 'run-1')).rejects.toThrow(TryLater);
  await accept(world, { id: 'run-2', command, trigger: aTrigger({ thread: { ...THREAD, number: 8 } }) });
  await expect(submitRun(world.engine, 'run-2')).rejects.toThrow('on the same Agent Computer');
  expect(world.rebyte.tasks).toHaveLength(1);
  world.rebyte.findable = true;
  await submitRun(world.engine, 'run-1');
  await submitRun(world.engine, 'run-2');
  expect(world.rebyte.tasks).toHaveLength(2);
});

test('tasks that come at once are brought up on an Agent Computer one after the other, the oldest first', async () => {
  const world = createRunWorld('defaults: { computer: box }\n');
  const ids = ['run-1', 'run-2', 'run-3', 'run-4'];
  for (const [index, id] of ids.entries()) {
    await accept(world, { id, trigger: aTrigger({ thread: { ...THREAD, number: index + 1 } }) });
    world.queue.push({ job: { kind: 'submit', runId: id }, options: { lane: id, key: `submit:${id}` } });
  }
  const first = world.queue.splice(0);
  const create = world.rebyte.createTask.bind(world.rebyte);
  const underWay: number[] = [];
  let now = 0;
  world.rebyte.createTask = async (request) => {
    underWay.push((now += 1));
    try {
      return await create(request);
    } finally {
      now -= 1;
    }
  };
  const tried = await Promise.allSettled(ids.map(async (id) => await submitRun(world.engine, id)));
  const delays = tried.map((each) => (each.status === 'rejected' ? each.reason.delayMs : 0));
  expect(delays).toEqual([2_000, 4_000, 6_000, 8_000]);
  for (const [index, entry] of first.entries())
    world.queue.push({ ...entry, options: { ...entry.options, notBefore: world.time.now + delays[index] } });
  await work(world);
  expect(underWay).toEqual([1, 1, 1, 1]);
  expect(await Promise.all(ids.map(async (id) => (await runOf(world, id)).taskId))).toEqual([
    'task-1',
    'task-2',
    'task-3',
    'task-4',
  ]);
});

describe.each(['before', 'after'] as const)('a process killed %s any call', (when) => {
  async function story(kind: 'task' | 'follow-up'): Promise<RunWorld> {
    const world = createRunWorld();
    if (kind === 'follow-up') {
      await submitted(world, { id: 'run-0' });
      world.rebyte.end('task-1');
      await handleNotice(world.engine, 'acme', aNotice(world));
      await work(world);
    }
    await accept(world);
    world.queue.push({ job: { kind: 'submit', runId: 'run-1' }, options: SUBMIT });
    return world;
  }

  test.each(['task', 'follow-up'] as const)('never makes a second %s, and leaves no run behind', async (kind) => {
    const calm = await story(kind);
    const counted = killedAt(calm, Infinity, when);
    await work(calm, counted);
    expect(counted.calls()).toBeGreaterThan(10);
    for (let at = 1; at <= counted.calls(); at += 1) {
      const world = await story(kind);
      await expect(work(world, killedAt(world, at, when))).rejects.toThrow();
      await work(world);
      const { taskId, state, ending } = await runOf(world);
      const prompts = world.rebyte.tasks.flatMap((task) => task.prompts);
      const sent = kind === 'task' ? prompts.length : prompts.length - 1;
      expect({ at, sent: sent <= 1, outcome: taskId === undefined ? ending?.reason : state }).toEqual({
        at,
        sent: true,
        outcome: sent === 1 ? 'running' : 'submit_in_doubt',
      });
      expect(world.github.writes.filter((write) => write.startsWith('create comment'))).toHaveLength(
        kind === 'task' ? 1 : 2,
      );
    }
  });
});
