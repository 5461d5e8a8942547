import { describe, expect, test } from '@jest/globals';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
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
      world.rebyte.findable = false;
      await accept(world);
      world.queue.push({ job: { kind: 'submit', runId: 'run-1' }, options: SUBMIT });
      await work(world);
      expect((await runOf(world)).ending).toMatchObject({ status: 'lost', reason: 'submit_in_doubt' });
      expect(world.rebyte.calls.filter((call) => call === 'create task')).toHaveLength(1);
      expect(world.github.comments[0]?.body).toContain('/rebyte retry');
    },
  );
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
