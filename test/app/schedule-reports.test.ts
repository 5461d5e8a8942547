import { describe, expect, test } from '@jest/globals';
import { createMemoryQueue } from '../../app/memory/memory-queue.ts';
import { work } from '../../app/worker.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import { reportRun } from '../../shared/domain/engine/report-run.ts';
import { settleRunAs } from '../../shared/domain/engine/settle-run-as.ts';
import { readScheduleState, writeScheduleState } from '../../shared/domain/schedules/schedule-state.ts';
import { createForge } from '../../shared/github/index.ts';
import {
  accept,
  createRunWorld,
  work as workThrough,
  type RunWorld,
  runOf,
} from '../shared/domain/engine/run-world.ts';
import { keepingLog } from '../support/keeping-log.ts';
import { aTrigger } from '../support/records.ts';
import { JumpingClock } from './jumping-clock.ts';

const MINUTE_MS = 60_000;
const SCHEDULED = {
  trigger: aTrigger({ kind: 'schedule', thread: { owner: 'acme', repo: 'app', number: 0 }, url: '' }),
  target: { kind: 'rolling_issue' as const, schedule: 'nightly', title: 'Nightly care', labels: ['rebyte'] },
};

/** Two runs of one schedule that have ended, an hour apart, and are not shown yet; their reports wait in the queue. */
async function twoRuns(engine: Engine, world: RunWorld): Promise<void> {
  for (const id of ['run-1', 'run-2']) {
    const run = await accept(world, { ...SCHEDULED, id, createdAt: engine.clock.now() });
    await settleRunAs(engine, run, { reason: 'completed', message: '', result: `Found by ${id}.` });
    world.time.now += 60 * MINUTE_MS;
  }
}

describe('two runs of a schedule that both wait to be shown', () => {
  test.each(['passes', 'lets nobody write'] as const)(
    'have one issue, which shows the later one, when an outage of GitHub that %s is over',
    async (outage) => {
      const clock = new JumpingClock();
      const world = createRunWorld();
      const queue = createMemoryQueue({ clock, log: () => keepingLog() });
      const until = clock.now() + 10 * MINUTE_MS;
      const refuse = async (): Promise<never> => {
        const response = { status: 502, headers: {}, data: { message: 'Bad gateway' } };
        return await Promise.reject(Object.assign(new Error('refused'), { status: 502, response }));
      };
      const bad = createForge({ request: refuse, graphql: refuse }, { clock, log: keepingLog() });
      const enter = () =>
        clock.now() < until && outage === 'lets nobody write'
          ? ({ kind: 'wait', ms: (until - clock.now()) / 2 + 1_000 } as const)
          : ({ kind: 'go', leave: () => undefined } as const);
      const forgeFor = async () =>
        await Promise.resolve(clock.now() < until && outage === 'passes' ? bad : world.github);
      const engine: Engine = { ...world.engine, clock, jobs: queue, forgeFor, pace: { enter } };
      await twoRuns(engine, world);
      queue.start(async (job) => await work(engine, job));
      await clock.passUntil(until + 20 * MINUTE_MS);
      expect(world.github.issues).toMatchObject([{ body: expect.stringContaining('Found by run-2.') }]);
      expect(world.github.comments).toMatchObject([{ body: expect.stringContaining('Found by run-2.') }]);
      expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
      await queue.drain();
    },
  );

  test('end with the later one when the earlier one is shown last', async () => {
    const world = createRunWorld();
    await twoRuns(world.engine, world);
    await reportRun(world.engine, 'run-2');
    await reportRun(world.engine, 'run-1');
    expect(world.github.issues).toMatchObject([{ body: expect.stringContaining('Found by run-2.') }]);
    expect(world.github.comments).toEqual([]);
    expect((await runOf(world)).report.shown).toBe('completed');
  });

  test('are shown both when the first was asked for while the clock was a year ahead', async () => {
    const world = createRunWorld();
    const year = 365 * 24 * 60 * MINUTE_MS;
    world.time.now += year;
    const ahead = await accept(world, { ...SCHEDULED, id: 'run-0' });
    await settleRunAs(world.engine, ahead, { reason: 'completed', message: '', result: 'Found by run-0.' });
    await reportRun(world.engine, 'run-0');
    world.time.now -= year;
    await twoRuns(world.engine, world);
    await workThrough(world);
    expect(world.github.issues).toMatchObject([{ body: expect.stringContaining('Found by run-2.') }]);
    expect(world.github.comments).toHaveLength(2);
  });
});

test('a failure that is shown after the next run has been counted is not counted again', async () => {
  const world = createRunWorld();
  const key = { repository: SCHEDULED.trigger.repository, schedule: 'nightly' };
  const counted = { slot: 1, failures: 1, configHash: '', countedRunId: 'run-1' };
  await writeScheduleState(world.store, key, { ...counted, runId: 'run-2' });
  for (const id of ['run-1', 'run-2']) {
    const run = await accept(world, { ...SCHEDULED, id });
    await settleRunAs(world.engine, run, { reason: 'task_failed', message: '' });
  }
  await reportRun(world.engine, 'run-2');
  await reportRun(world.engine, 'run-1');
  expect(await readScheduleState(world.store, key)).toMatchObject({ failures: 2, countedRunId: 'run-2' });
});

test('the pace of writes holds up the reports of a schedule in their order, and of a thread only the one', async () => {
  const world = createRunWorld();
  const engine: Engine = { ...world.engine, pace: { enter: () => ({ kind: 'wait', ms: 7_000 }) } };
  await accept(world);
  await accept(world, { ...SCHEDULED, id: 'run-2' });
  await expect(reportRun(engine, 'run-1')).rejects.toMatchObject({ delayMs: 7_000, holdsLane: false });
  await expect(reportRun(engine, 'run-2')).rejects.toMatchObject({ delayMs: 7_000, holdsLane: true });
});
