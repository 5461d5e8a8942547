import { describe, expect, test } from '@jest/globals';
import { settleRunAs } from '../../../../shared/domain/engine/settle-run-as.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { noteMissedWebhooks, sweepRuns } from '../../../../shared/domain/engine/sweep-runs.ts';
import { openRuns } from '../../../support/open-runs.ts';
import { aTrigger } from '../../../support/records.ts';
import { FakeRebyte } from './fake-rebyte.ts';
import { accept, createRunWorld, runOf, type RunWorld } from './run-world.ts';

const MINUTE = 60_000;

async function running(runs = 1): Promise<RunWorld> {
  const world = createRunWorld();
  for (let each = 1; each <= runs; each += 1) {
    const command = { position: 0, verb: 'run' as const, prompt: 'tidy up', flags: { new: true } };
    await accept(world, { id: `run-${each}`, command });
    await submitRun(world.engine, `run-${each}`);
  }
  world.rebyte.calls.length = 0;
  return world;
}

/** As if it had been submitted long ago. */
async function runOnTask(world: RunWorld, each: number): Promise<void> {
  const taskId = `task-${each}`;
  const prompts = [{ id: `prompt-${each}`, text: 'tidy up', status: 'running' }];
  world.rebyte.tasks.push({ id: taskId, request: { prompt: 'tidy up' }, createdAt: world.time.now, prompts });
  await accept(world, { id: `run-${each}`, state: 'running', taskId, submittedAt: world.time.now });
}

async function sweepAfter(world: RunWorld, ms: number): Promise<void> {
  world.time.now += ms;
  await sweepRuns(world.engine);
}

function asked(world: RunWorld): readonly string[] {
  return world.rebyte.calls.filter((call) => call.startsWith('get '));
}

describe('a running run', () => {
  test('whose webhook got lost is settled with the result that the task tells', async () => {
    const world = await running();
    world.rebyte.end('task-1');
    await sweepAfter(world, MINUTE);
    expect((await runOf(world)).ending).toMatchObject({
      status: 'succeeded',
      result: world.rebyte.result,
      resultSource: 'done',
    });
  });

  test('is asked after ever more seldom', async () => {
    const world = await running();
    const moments: number[] = [];
    for (let halfMinute = 1; halfMinute <= 60; halfMinute += 1) {
      const before = world.rebyte.calls.length;
      await sweepAfter(world, MINUTE / 2);
      if (world.rebyte.calls.length > before) moments.push(halfMinute / 2);
    }
    expect(moments).toEqual([1, 2, 3, 4.5, 7, 10.5, 16, 24]);
  });

  test('is looked up in the list when there are others, and asked itself only when the list shows an end', async () => {
    const world = await running(30);
    world.rebyte.end('task-7');
    await sweepAfter(world, MINUTE);
    expect(world.rebyte.calls).toEqual(['list 0', 'get task-7', 'result task-7', 'artifacts workspace-task-7']);
    expect((await runOf(world, 'run-7')).ending).toMatchObject({ status: 'succeeded' });
    world.rebyte.calls.length = 0;
    await sweepAfter(world, MINUTE / 2);
    expect(world.rebyte.calls).toEqual([]);
  });

  test('is asked itself after ten minutes, whatever the list says, twenty of them in one sweep and none forgotten', async () => {
    const world = await running(30);
    await sweepAfter(world, 10 * MINUTE);
    expect(asked(world)).toHaveLength(19);
    await sweepAfter(world, MINUTE / 2);
    expect(new Set(asked(world)).size).toBe(30);
  });

  test('is found by asking when the list cannot be had', async () => {
    const world = await running(3);
    world.rebyte.listTasks = async function* () {
      yield await Promise.reject(new Error('503'));
    };
    world.rebyte.end('task-2');
    await sweepAfter(world, MINUTE);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'settled' });
    expect(world.log.join('\n')).toContain('list of tasks: 503');
  });

  test('of thousands is found all the same, and no sweep makes more than sixty calls', async () => {
    const world = createRunWorld();
    for (let each = 1; each <= 2_500; each += 1) await runOnTask(world, each);
    world.rebyte.end('task-1');
    world.rebyte.end('task-2000');
    for (const expected of [
      { from: 'list 0', settled: ['run-2000'] },
      { from: 'list 2000', settled: ['run-2000', 'run-1'] },
      { from: 'list 0', settled: ['run-2000', 'run-1'] },
    ]) {
      world.rebyte.calls.length = 0;
      await sweepAfter(world, MINUTE);
      expect(world.rebyte.calls[0]).toBe(expected.from);
      expect(world.rebyte.calls.length).toBeLessThanOrEqual(60);
      for (const id of expected.settled) expect(await runOf(world, id)).toMatchObject({ state: 'settled' });
    }
  });

  test('is looked up in the list no further than the last one that is looked for', async () => {
    const world = createRunWorld();
    for (let each = 1; each <= 250; each += 1) await runOnTask(world, each);
    for (let each = 1; each <= 240; each += 1) await world.store.update(`run-${each}`, { state: 'settled' });
    await sweepAfter(world, MINUTE);
    expect(world.rebyte.calls).toEqual(['list 0']);
  });

  test('of hundreds that have ended unheard is settled without reading the list further than a sweep can settle', async () => {
    const world = createRunWorld();
    for (let each = 1; each <= 450; each += 1) {
      await runOnTask(world, each);
      world.rebyte.end(`task-${each}`);
    }
    world.time.now += MINUTE;
    let pages = 0;
    for (let open = 450; open > 0; open = (await openRuns(world.store)).length) {
      world.rebyte.calls.length = 0;
      await sweepAfter(world, MINUTE / 2);
      expect(world.rebyte.calls.length).toBeLessThanOrEqual(60);
      pages += world.rebyte.calls.filter((call) => call.startsWith('list ')).length;
      expect((await openRuns(world.store)).length).toBeLessThanOrEqual(Math.max(0, open - 19));
    }
    // One for each of 24 sweeps, and one whenever a page is done with.
    expect(pages).toBeLessThanOrEqual(30);
  });

  test('that a webhook settles while the list is read is not asked after', async () => {
    const world = await running(2);
    const list = world.rebyte.listTasks.bind(world.rebyte);
    world.rebyte.listTasks = async function* (from) {
      await settleRunAs(world.engine, await runOf(world, 'run-1'), { reason: 'completed', message: '' });
      yield* list(from);
    };
    world.rebyte.end('task-1');
    world.rebyte.end('task-2');
    await sweepAfter(world, MINUTE);
    expect(asked(world)).toEqual(['get task-2']);
  });

  test('is looked after at once when webhooks may have been missed, and then no more often than before', async () => {
    const world = await running();
    await sweepAfter(world, MINUTE);
    world.rebyte.end('task-1');
    await sweepAfter(world, 1_000);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    world.time.now += 1_000;
    await noteMissedWebhooks(world.engine);
    await sweepAfter(world, 0);
    expect(await runOf(world)).toMatchObject({ state: 'settled' });
  });

  test('is looked after again when the clock was set back', async () => {
    const world = await running();
    await sweepAfter(world, MINUTE);
    world.time.now -= 60 * MINUTE;
    world.rebyte.end('task-1');
    await sweepAfter(world, 0);
    expect(await runOf(world)).toMatchObject({ state: 'settled' });
  });

  test('is looked after again within minutes when a clock that went days ahead is set right', async () => {
    const world = await running(2);
    world.time.now += 3 * 24 * 60 * MINUTE;
    world.rebyte.cancel = async () => await Promise.reject(new Error('503'));
    await sweepAfter(world, 0);
    world.time.now -= 3 * 24 * 60 * MINUTE;
    world.rebyte.end('task-1');
    world.rebyte.end('task-2');
    await sweepAfter(world, MINUTE);
    expect([await runOf(world, 'run-1'), await runOf(world, 'run-2')]).toMatchObject([
      { state: 'settled' },
      { state: 'settled' },
    ]);
  });

  test('is neither read nor written before it is due, and its record only when the task has to be asked', async () => {
    const world = createRunWorld();
    for (let each = 1; each <= 500; each += 1) await runOnTask(world, each);
    world.rebyte.end('task-300');
    const touched: string[] = [];
    const watched = ['open', 'get', 'update', 'byTask'];
    const store = new Proxy(world.store, {
      get: (target, name, receiver): unknown => {
        if (watched.includes(String(name))) touched.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    const engine = { ...world.engine, store };
    world.time.now += MINUTE - 1;
    await sweepRuns(engine);
    expect([touched, world.rebyte.calls]).toEqual([[], []]);
    world.time.now += 1;
    await sweepRuns(engine);
    // The one that has ended: noted that it was asked after, and settled.
    expect(touched).toEqual(['update', 'get', 'update']);
  });

  test('past its deadline is canceled and has timed out', async () => {
    const world = await running();
    await sweepAfter(world, 59 * MINUTE);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    await sweepAfter(world, 2 * MINUTE);
    expect(world.rebyte.calls).toContain('cancel task-1');
    expect((await runOf(world)).ending).toMatchObject({
      status: 'timed_out',
      message: 'It took longer than the 60 minutes that this repository allows, so the task was canceled.',
    });
  });

  test('that ended just before its deadline was seen has succeeded', async () => {
    const world = await running();
    world.rebyte.end('task-1');
    await sweepAfter(world, 61 * MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded' });
  });

  test('whose task is gone is lost, and says so', async () => {
    const world = await running();
    world.rebyte.tasks = [];
    await sweepAfter(world, MINUTE);
    expect((await runOf(world)).ending).toMatchObject({ status: 'lost' });
  });

  test('is not believed to have ended by the list of an account that has another key', async () => {
    const world = await running(2);
    const stranger = new FakeRebyte(() => world.time.now);
    for (const id of ['task-1', 'task-2'])
      stranger.tasks.push({ ...world.rebyte.task(id), prompts: [{ id: 'p', text: 'mine', status: 'succeeded' }] });
    for (const id of ['run-3', 'run-4']) {
      const repository = { owner: 'stranger', repo: 'app' };
      const trigger = aTrigger({ repository });
      // Older, so that this list is read first.
      await accept(world, {
        id,
        trigger,
        state: 'running',
        taskId: `task of ${id}`,
        createdAt: world.time.now - MINUTE,
      });
    }
    const agentFor = (owner: string) => (owner === 'stranger' ? stranger : world.rebyte);
    world.time.now += MINUTE;
    await sweepRuns({ ...world.engine, agentFor });
    expect(stranger.calls[0]).toBe('list 0');
    expect(asked(world)).toEqual([]);
    expect(await runOf(world, 'run-1')).toMatchObject({ state: 'running' });
  });

  test('does not wait until hundreds with another key are settled', async () => {
    const world = createRunWorld();
    const stranger = new FakeRebyte(() => world.time.now);
    for (let each = 1; each <= 450; each += 1) {
      await runOnTask(world, each);
      world.rebyte.end(`task-${each}`);
    }
    const prompts = [{ id: 'p', text: 'tidy up', status: 'succeeded' }];
    stranger.tasks.push({ id: 'theirs', request: { prompt: 'tidy up' }, createdAt: world.time.now, prompts });
    const trigger = aTrigger({ repository: { owner: 'stranger', repo: 'app' } });
    await accept(world, { id: 'few', trigger, state: 'running', taskId: 'theirs', submittedAt: world.time.now });
    const agentFor = (owner: string) => (owner === 'stranger' ? stranger : world.rebyte);
    world.time.now += MINUTE;
    await sweepRuns({ ...world.engine, agentFor });
    expect(await runOf(world, 'few')).toMatchObject({ state: 'settled' });
    expect(world.rebyte.calls.length + stranger.calls.length).toBeLessThanOrEqual(60);
    expect((await openRuns(world.store)).length).toBeLessThanOrEqual(450 - 17);
  });

  test('does not suffer from the faults of another', async () => {
    const world = await running(2);
    const get = world.rebyte.getTask.bind(world.rebyte);
    world.rebyte.getTask = async (id) => (id === 'task-1' ? await Promise.reject(new Error('503')) : await get(id));
    world.rebyte.end('task-2');
    await sweepAfter(world, MINUTE);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'settled' });
  });
});
