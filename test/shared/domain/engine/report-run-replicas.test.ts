import { describe, expect, test } from '@jest/globals';
import type { Engine } from '../../../../shared/domain/engine/engine.ts';
import { reportRun } from '../../../../shared/domain/engine/report-run.ts';
import { settleRunAs } from '../../../../shared/domain/engine/settle-run-as.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import { BOT } from '../fake-threads.ts';
import { accept, createRunWorld, reportInTime, runOf, type RunWorld } from './run-world.ts';

/** The engine of a replica that is held up when a call of GitHub was answered. */
function heldUp({ engine, github }: RunWorld, call: string, until: () => Promise<void>): Engine {
  const forge = new Proxy(github, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== call) return value.bind(target);
      return async (...args: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, target, args);
        await until();
        return answer;
      };
    },
  });
  return { ...engine, forgeFor: async () => await Promise.resolve(forge) };
}

describe('two replicas that report a run at the same moment', () => {
  const SHOWS_CHECK = { trigger: aTrigger({ isPullRequest: true }), headSha: 'c0ffee', check: true };

  async function settled(changes: Partial<RunRecord>): Promise<RunWorld> {
    const world = createRunWorld();
    const run = await accept(world, { taskId: 'task-1', ...changes });
    await settleRunAs(world.engine, run, { reason: 'completed', message: '', result: 'All green.' });
    return world;
  }

  /** The first is held up in a call while the second does all of its own. */
  async function race(world: RunWorld, heldIn: 'getPullRequest' | 'findCheck' | 'updateComment'): Promise<unknown> {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let first: Promise<unknown> | undefined;
    await new Promise<void>((reached) => {
      const engine = heldUp(world, heldIn, async () => {
        reached();
        await held;
      });
      first = reportRun(engine, 'run-1').catch((error: unknown) => error);
    });
    await reportInTime(world);
    release();
    return await first;
  }

  test('create one comment and one check, and the slower one comes back later', async () => {
    const world = await settled(SHOWS_CHECK);
    expect(await race(world, 'getPullRequest')).toMatchObject({ holdsLane: true, delayMs: 5_000 });
    await reportInTime(world);
    expect(world.github.comments).toMatchObject([{ body: expect.stringContaining('All green.') }]);
    expect(world.github.checks).toHaveLength(1);
    expect((await runOf(world)).report).toMatchObject({ commentId: 101, checkRunId: 1, shown: 'completed' });
  });

  test('create one check where the comment is known', async () => {
    const world = await settled({ ...SHOWS_CHECK, report: { commentId: 101 } });
    world.github.add({ id: 101, body: '', author: BOT, url: 'https://github.com/acme/app/issues/7#c101' });
    expect(await race(world, 'updateComment')).toBeInstanceOf(TryLater);
    await reportInTime(world);
    expect(world.github.checks).toHaveLength(1);
  });

  test('create one check where it has been looked for', async () => {
    const report = { commentId: 101, checkAttemptedAt: 1_000, checkMissedAt: 2_000 };
    const world = await settled({ ...SHOWS_CHECK, report });
    world.github.add({ id: 101, body: '', author: BOT, url: 'https://github.com/acme/app/issues/7#c101' });
    expect(await race(world, 'findCheck')).toBeInstanceOf(TryLater);
    await reportInTime(world);
    expect(world.github.checks).toHaveLength(1);
  });
});
