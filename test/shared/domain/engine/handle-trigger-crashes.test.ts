import { expect, test } from '@jest/globals';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import { aTrigger } from '../../../support/records.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { Crash, crashing, createWorld, earlierRun, later, type World } from '../intake/world.ts';
import { openRuns } from '../../../support/open-runs.ts';

const MAX_CALLS = 200;
const CONFIG = 'budgets:\n  runs-per-hour: 50\n  runs-per-hour-and-user: 2\n';

interface Case {
  readonly text: string;
  readonly sender?: string;
  readonly config?: string;
  readonly key?: boolean;
}

const CASES: readonly (readonly [string, Case])[] = [
  ['two runs', { text: '/rebyte ask why?\n\n/rebyte fix it' }],
  ['a budget used up, and a problem', { text: '/rebyte ask a\n\n/rebyte ask b\n\n/rebyte ask c\n\n/rebyte ask --x 1' }],
  ['a cancel and a status', { text: '/rebyte cancel\n\n/rebyte status' }],
  ['a cancel and a retry', { text: '/rebyte cancel\n\n/rebyte retry' }],
  ['a share and a help', { text: '/rebyte share\n\n/rebyte help' }],
  ['a refusal', { text: '/rebyte fix it', sender: 'eve' }],
  ['a broken configuration', { text: '/rebyte fix it', config: 'budgets: lots\n' }],
  ['no key for Rebyte', { text: '/rebyte fix it', key: false }],
];

async function prepare({ config = CONFIG, key = true }: Case): Promise<World> {
  const world = createWorld({ config, key });
  await earlierRun(world, { state: 'running', taskId: 't1', taskUrl: 'https://rebyte.example/t1', createdAt: 1_000 });
  return world;
}

function triggerOf({ text, sender = 'ada' }: Case) {
  return aTrigger({ text, isPullRequest: true, sender: { login: sender, type: 'User' } });
}

/** As the queue does it: at once, and when that is put off, later. */
async function takeUp(world: World, one: Case): Promise<void> {
  try {
    await handleTrigger(world.engine, triggerOf(one));
  } catch (error) {
    if (!(error instanceof TryLater)) throw error;
    await handleTrigger(later(world), triggerOf(one));
  }
}

/** What is left in the end, for people and for the jobs that follow. Random ids, times and updates to the same text may differ. */
async function endOf(world: World) {
  const runs = (await Promise.all([openRuns(world.store), world.store.byTask('t1')])).flat();
  return {
    runs: runs.map((run) => JSON.parse(JSON.stringify({ ...run, runReference: '' }, withoutTimes))),
    jobs: new Set(world.jobNames()),
    answers: world.answers().map((answer) => answer.replaceAll(/[\d.]+ (?:s|min|h)\b/g, 'a while')),
    created: world.forge.writes.filter((write) => !write.startsWith('update')),
  };
}

function withoutTimes(name: string, value: unknown): unknown {
  return name === 'at' || name.endsWith('At') ? undefined : value;
}

test.each(CASES)('%s: redelivered, it changes nothing, writes nothing and tells Rebyte nothing', async (_name, one) => {
  const world = await prepare(one);
  await handleTrigger(world.engine, triggerOf(one));
  const end = await endOf(world);
  const before = [[...world.forge.writes], [...world.agent.calls]];
  const roles = world.forge.calls.filter((call) => call.startsWith('role'));
  await handleTrigger(world.engine, triggerOf(one));
  expect(await endOf(world)).toEqual(end);
  expect([world.forge.writes, world.agent.calls]).toEqual(before);
  expect(world.forge.calls.filter((call) => call.startsWith('role'))).toEqual(roles);
});

test.each(CASES.flatMap(([name, one]) => (['before', 'after'] as const).map((when) => [name, when, one] as const)))(
  '%s: cut short %s any call and taken up again, it ends as if nothing had happened',
  async (_name, when, one) => {
    const undisturbed = await prepare(one);
    const counted = crashing(undisturbed, 0, 'before');
    await handleTrigger(counted, triggerOf(one));
    const expected = await endOf(undisturbed);
    expect(counted.calls()).toBeGreaterThan(3);
    expect(counted.calls()).toBeLessThan(MAX_CALLS);
    for (let at = 1; at <= counted.calls(); at++) {
      const world = await prepare(one);
      await expect(handleTrigger(crashing(world, at, when), triggerOf(one))).rejects.toThrow(Crash);
      await takeUp(world, one);
      expect({ at, ...(await endOf(world)) }).toEqual({ at, ...expected });
    }
  },
);

test.each(['before', 'after'] as const)(
  'a retry cut short %s any call is answered or run, never both, although the last run has failed when it is taken up again',
  async (when) => {
    const one = { text: '/rebyte retry' };
    const counted = crashing(await prepare(one), 0, 'before');
    await handleTrigger(counted, triggerOf(one));
    const ends = new Set<string>();
    for (let at = 1; at <= counted.calls(); at++) {
      const world = await prepare(one);
      const [last] = await world.store.byTask('t1');
      await expect(handleTrigger(crashing(world, at, when), triggerOf(one))).rejects.toThrow(Crash);
      await world.store.update(last?.id ?? '', {
        state: 'settled',
        ending: { status: 'failed', reason: 'task_failed', message: '', at: 2_000 },
      });
      await takeUp(world, one);
      ends.add(`${world.answers().length} answers, ${(await openRuns(world.store)).length} runs`);
    }
    expect(ends).toEqual(new Set(['0 answers, 1 runs', '1 answers, 0 runs']));
  },
);
