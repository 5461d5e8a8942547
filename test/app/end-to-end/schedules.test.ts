import { afterEach, expect, test } from '@jest/globals';
import { pathOf } from './places.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;

const NIGHTLY = { owner: 'acme', repo: 'nightly' };

let world: World;

afterEach(async () => {
  await world.quiet();
  expect(world.github.violations).toEqual([]);
  expect(await world.deadJobs()).toBe(0);
  await world.stop();
}, 60_000);

function configWith(directive: string): string {
  return `
schedules:
  survey:
    cron: '0 * * * *'
    prompt: |
      Look after the dependencies.
      demo: ${directive}
    report: { title: Dependencies, labels: [maintenance] }
`;
}

/** A world in which the schedule was seen, and its first time has not come. */
async function begin(directive: string): Promise<void> {
  world = await World.start({ nightly: configWith(directive) });
  await world.until(() => Promise.resolve(world.github.calls.some(({ path }) => path.includes('/nightly/contents/'))));
  await world.quiet();
  expect(await world.taskCount()).toBe(0);
}

interface IssueSeen {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** The one issue of the schedule. */
async function rollingIssue(): Promise<IssueSeen | undefined> {
  const [issue, ...others]: IssueSeen[] = await world.call('GET', `${pathOf(NIGHTLY)}/issues?labels=maintenance`);
  expect(others).toEqual([]);
  return issue;
}

/** Waits until its body reads so. */
async function untilItReads(pattern: RegExp): Promise<IssueSeen> {
  return await world.until(async () => {
    const issue = await rollingIssue();
    return pattern.test(issue?.body ?? '') && issue;
  });
}

/** Past the next full hour and the schedule's own few minutes. */
function passHour(): void {
  world.clock.advance(HOUR_MS + 6 * 60_000);
}

async function settledRuns(): Promise<number> {
  const of = async (labels: string) => await world.metric(`rebyte_runs_settled_total{${labels}}`);
  return (await of('status="succeeded",reason="completed"')) + (await of('status="failed",reason="task_failed"'));
}

/** An hour that starts a run; then on, until the run is asked after: webhooks have real time. */
async function passHourWithRun(): Promise<void> {
  const endings = () =>
    world.toApp.passages.filter(({ body }) => /task\.(completed|failed)"/.test(String(body))).length;
  const [before, settledBefore] = [endings(), await settledRuns()];
  passHour();
  await world.until(() => Promise.resolve(endings() > before));
  world.clock.advance(2 * 60_000);
  await world.until(async () => (await settledRuns()) > settledBefore);
}

test('a schedule starts at its hour, reports in one issue, and brings that up to date', async () => {
  await begin('result Two are old.');
  await passHourWithRun();
  const issue = await untilItReads(/Two are old\./);
  expect(issue).toMatchObject({ title: 'Dependencies' });
  await world.quiet();
  await passHourWithRun();
  const path = `${pathOf(NIGHTLY)}/issues/${issue.number}`;
  await world.until(() =>
    Promise.resolve(world.writes().some((call) => call.method === 'PATCH' && call.path === path)),
  );
  expect((await rollingIssue())?.number).toBe(issue.number);
  expect(await world.taskCount()).toBe(2);
});

test('a schedule that fails three times in a row is paused, and its issue says so', async () => {
  await begin('fail The disk is full.');
  for (const tasks of [1, 2]) {
    await passHourWithRun();
    await world.quiet();
    expect(await untilItReads(/The next run of this schedule tries again/)).toMatchObject({
      body: expect.stringContaining('The disk is full.'),
    });
    expect(await world.taskCount()).toBe(tasks);
  }
  await passHourWithRun();
  const issue = await untilItReads(/This schedule is paused now, after 3 failures in a row/);
  await world.until(async () => {
    const comments = await world.said({ ...NIGHTLY, number: issue.number });
    return comments.some(({ body }) => body.includes('paused now'));
  });
  await world.quiet();
  passHour();
  await world.until(() => Promise.resolve(world.log.some((line) => line.includes('is paused after 3 failures'))));
  await world.quiet();
  expect(await world.taskCount()).toBe(3);
});

test('a schedule whose configuration breaks says in its issue why it does not run', async () => {
  await begin('result Two are old.');
  await passHourWithRun();
  const { number } = await untilItReads(/Two are old\./);
  await world.quiet();
  const file = `${pathOf(NIGHTLY)}/contents/.github/rebyte.yml`;
  const { sha } = await world.call('GET', file, { as: 'acme' });
  const content = Buffer.from(configWith('result x').replace('cron', 'corn')).toString('base64');
  await world.call('PUT', file, { as: 'acme', body: { message: 'Break it', content, sha } });
  const { body } = await world.untilSaid({ ...NIGHTLY, number }, /This schedule does not run/);
  expect(body).toMatch(/Line 4\].*`corn`/);
  passHour();
  await world.quiet();
  expect(await world.said({ ...NIGHTLY, number })).toHaveLength(1);
  expect(await world.taskCount()).toBe(1);
});
