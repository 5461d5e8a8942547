import { beforeEach, describe, expect, test } from '@jest/globals';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { runSchedules } from '../../../../shared/domain/engine/run-schedules.ts';
import { aNotice, createRunWorld, killedAt, work, type RunWorld } from './run-world.ts';
import { openRuns } from '../../../support/open-runs.ts';

const HOUR = 3_600_000;
const REPOSITORY = { owner: 'acme', repo: 'app' };

function configWith(prompt: string): string {
  return JSON.stringify({ schedules: { care: { cron: '0 * * * *', prompt, report: { title: 'Care' } } } });
}

let world: RunWorld;

beforeEach(async () => {
  world = createRunWorld(configWith('Look for dead code.'));
  world.installed = [{ installationId: 11, repository: REPOSITORY, defaultBranch: 'main' }];
  await runSchedules(world.engine);
});

/** Looks every minute, as the worker does. */
async function pass(ms: number): Promise<void> {
  for (const until = world.time.now + ms; world.time.now < until; world.time.now += 60_000)
    await runSchedules(world.engine);
}

async function end(task: string, status = 'succeeded'): Promise<void> {
  await work(world);
  world.rebyte.end(task, status);
  await handleNotice(world.engine, 'acme', aNotice(world, { taskId: task, status }));
  await work(world);
}

describe('a schedule', () => {
  test('seen for the first time begins with its next slot, and takes each slot once', async () => {
    expect(await openRuns(world.store)).toEqual([]);
    await pass(2 * HOUR);
    const [run, ...others] = await openRuns(world.store);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      permission: 'schedule',
      command: { verb: 'run', prompt: 'Look for dead code.' },
      target: { kind: 'rolling_issue', schedule: 'care', title: 'Care', labels: ['rebyte'] },
    });
    await work(world);
    expect(world.rebyte.task('task-1').request.prompt).toContain('NOTHING_TO_DO');
  });

  test('skips a slot while its last run goes on, and goes on afterwards', async () => {
    await pass(4 * HOUR);
    expect(await openRuns(world.store)).toHaveLength(1);
    await end('task-1');
    await pass(2 * HOUR);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(2);
  });

  test('makes up for one of the slots that were missed', async () => {
    world.time.now += 30 * HOUR;
    await runSchedules(world.engine);
    await end('task-1');
    await runSchedules(world.engine);
    expect(await openRuns(world.store)).toEqual([]);
  });

  test('asks GitHub for the config no more than every quarter of an hour', async () => {
    let reads = 0;
    const read = world.github.readFile.bind(world.github);
    world.github.readFile = async (...args) => {
      reads += 1;
      return await read(...args);
    };
    await pass(HOUR);
    expect(reads).toBeLessThanOrEqual(6);
  });

  test('is paused after three failures in a row, says so in its issue, and is resumed by a change of config', async () => {
    for (const task of ['task-1', 'task-2', 'task-3']) {
      await pass(2 * HOUR);
      await end(task, 'failed');
    }
    await pass(5 * HOUR);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(3);
    expect(world.github.issues).toHaveLength(1);
    expect(world.github.issues[0]?.body).toContain('paused now, after 3 failures in a row');

    world.github.config = configWith('Look for dead code in src.');
    await pass(2 * HOUR);
    await end('task-4', 'failed');
    expect(world.rebyte.tasks).toHaveLength(4);
    expect(world.github.issues[0]?.body).not.toContain('paused now');
  });

  test('whose config broke rests, and says so once in its issue and the log', async () => {
    await pass(2 * HOUR);
    await end('task-1');
    const mended = world.github.config;
    world.github.config = 'schedules:\n  care: { corn: 0 * * * * }\n';
    await pass(3 * HOUR);
    expect(world.rebyte.tasks).toHaveLength(1);
    const said = world.github.comments.filter(({ body }) => body.includes('does not run'));
    expect(said).toHaveLength(1);
    expect(said[0]?.body).toMatch(/Line 2\].*`corn`.*did you mean `cron`/is);
    expect(world.log.filter((line) => line.includes('Schedules do not run'))).toHaveLength(1);

    world.github.config = mended;
    await pass(2 * HOUR);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(2);
  });

  test('whose config broke is told of once although the answer to that was late', async () => {
    await pass(2 * HOUR);
    await end('task-1');
    world.github.config = 'schedules: 1';
    world.github.nextCreation = 'late';
    world.time.now += HOUR;
    await runSchedules(world.engine);
    world.github.land();
    await pass(HOUR);
    expect(world.github.comments.filter(({ body }) => body.includes('does not run'))).toHaveLength(1);
  });

  test('without an issue of its own is told of in the log alone when the config breaks', async () => {
    world.github.config = 'schedules: 1';
    await pass(HOUR);
    expect(world.github.writes).toEqual([]);
    expect(world.log.filter((line) => line.includes('Schedules do not run'))).toHaveLength(1);
  });

  test('runs once although two replicas look at the same time', async () => {
    world.time.now += 2 * HOUR;
    await Promise.all([runSchedules(world.engine), runSchedules(world.engine)]);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(1);
  });

  test('goes on by the right time after the clock was years ahead for a while', async () => {
    world.time.now += 365 * 24 * HOUR;
    await runSchedules(world.engine);
    world.time.now -= 365 * 24 * HOUR;
    await runSchedules(world.engine);
    await work(world);
    await end('task-1');
    const before = world.rebyte.tasks.length;
    await pass(2 * HOUR);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(before + 1);
  });

  test('of an account without a key rests', async () => {
    world.key = false;
    await pass(2 * HOUR);
    expect(await openRuns(world.store)).toEqual([]);
  });

  test('of one repository does not suffer from the faults of another', async () => {
    world.installed.unshift({ installationId: 12, repository: { owner: 'acme', repo: 'gone' }, defaultBranch: 'main' });
    const read = world.github.readFile.bind(world.github);
    world.github.readFile = async (repository, ...args) =>
      repository.repo === 'gone' ? await Promise.reject(new Error('403')) : await read(repository, ...args);
    await pass(2 * HOUR);
    expect(await openRuns(world.store)).toHaveLength(1);
  });
});

test.each(['before', 'after'] as const)('a process killed %s any call takes the slot once', async (when) => {
  world.time.now += 2 * HOUR;
  const snapshot = world.time.now;
  for (let at = 1; at <= 16; at += 1) {
    world = createRunWorld(configWith('Look for dead code.'));
    world.installed = [{ installationId: 11, repository: REPOSITORY, defaultBranch: 'main' }];
    await runSchedules(world.engine);
    world.time.now = snapshot;
    await runSchedules(killedAt(world, at, when));
    await runSchedules(world.engine);
    await work(world);
    expect(world.rebyte.tasks).toHaveLength(1);
  }
});
