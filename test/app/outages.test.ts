import { describe, expect, test } from '@jest/globals';
import { createMemoryQueue } from '../../app/memory/memory-queue.ts';
import { work } from '../../app/worker.ts';
import { triggerLane, submitLane } from '../../shared/domain/engine/lanes.ts';
import { addReport, addSubmit } from '../../shared/domain/engine/run-jobs.ts';
import { settleRunAs } from '../../shared/domain/engine/settle-run-as.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import type { Thread } from '../../shared/model/thread.ts';
import { createForge } from '../../shared/github/index.ts';
import { BOT } from '../shared/domain/fake-threads.ts';
import { accept, createRunWorld, runOf } from '../shared/domain/engine/run-world.ts';
import { keepingLog } from '../support/keeping-log.ts';
import { aTrigger } from '../support/records.ts';
import { JumpingClock } from './jumping-clock.ts';

const MINUTE_MS = 60_000;
const LIMITED = { owner: 'acme', repo: 'app', number: 1 };
const LIMITED_INSTALLATION = 11;

interface Bad {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly data: { readonly message: string };
}

const GATEWAY: Bad = { status: 502, headers: {}, data: { message: 'Bad gateway' } };

function spentLimit(now: number, until: number): Bad {
  const headers = {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(until / 1_000),
    date: new Date(now).toUTCString(),
  };
  return { status: 403, headers, data: { message: 'API rate limit exceeded for installation ID 11.' } };
}

/** An App whose GitHub answers one installation badly for some minutes, and well from then on. */
function withBadGitHub(kind: 'outage' | 'limit', minutes: number) {
  const clock = new JumpingClock();
  const until = clock.now() + minutes * MINUTE_MS;
  const world = createRunWorld();
  const log = keepingLog();
  const queue = createMemoryQueue({ clock, log: () => log });
  const refuse = async (): Promise<never> => {
    const response = kind === 'outage' ? GATEWAY : spentLimit(clock.now(), until);
    return await Promise.reject(Object.assign(new Error('refused'), { status: response.status, response }));
  };
  const options = { clock, log, knownLogin: BOT, holder: 'app' as const };
  const bad = createForge({ request: refuse, graphql: refuse }, options);
  const forgeFor = async (installation: number) =>
    await Promise.resolve(installation === LIMITED_INSTALLATION && clock.now() < until ? bad : world.github);
  const engine: Engine = { ...world.engine, clock, jobs: queue, forgeFor };
  const command = async (thread: Thread, sourceId: string, text: string, installationId = LIMITED_INSTALLATION) => {
    const trigger = aTrigger({ thread, sourceId, text, installationId });
    await queue.add({ kind: 'trigger', trigger }, { lane: triggerLane(thread) });
  };
  queue.start(async (job) => await work(engine, job));
  return { clock, until, world, queue, engine, command, log };
}

describe.each([
  ['while GitHub answers 502 for ten minutes', 'outage', 10],
  ['while a spent limit lasts forty minutes', 'limit', 40],
] as const)('%s', (_name, kind, minutes) => {
  test('a command waits, and becomes one run with one task', async () => {
    const { clock, until, world, queue, command } = withBadGitHub(kind, minutes);
    await command(LIMITED, 'a', '/rebyte tidy up');
    await clock.passUntil(until - 1);
    expect(await world.store.lastInThread(LIMITED)).toBeUndefined();
    expect(world.github.comments).toEqual([]);
    await clock.passUntil(until + 20 * MINUTE_MS);
    expect(await world.store.lastInThread(LIMITED)).toMatchObject({ state: 'running', permission: 'write' });
    expect([world.rebyte.tasks.length, world.github.comments.length]).toEqual([1, 1]);
    expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
    await queue.drain();
  });

  test('a later command of its thread does not pass it, and those of others do', async () => {
    const { clock, until, world, queue, command } = withBadGitHub(kind, minutes);
    const other = { ...LIMITED, number: 2 };
    await command(LIMITED, 'a', '/rebyte first');
    await command(LIMITED, 'b', '/rebyte second');
    await command(other, 'c', '/rebyte elsewhere', 12);
    await clock.passUntil(until - 1);
    expect(await world.store.lastInThread(other)).toMatchObject({ state: 'running' });
    expect(await world.store.lastInThread(LIMITED)).toBeUndefined();
    await clock.passUntil(until + 20 * MINUTE_MS);
    const runs = await world.store.openInThread(LIMITED);
    expect(runs.map((run) => run.command.prompt)).toEqual(['first', 'second']);
    await queue.drain(0);
  });

  test('a run that waits to be sent is sent afterwards', async () => {
    const { clock, until, world, queue, engine } = withBadGitHub(kind, minutes);
    const run = await accept(world, { trigger: aTrigger({ thread: LIMITED }) });
    await queue.add({ kind: 'submit', runId: run.id }, { lane: submitLane(LIMITED), key: `submit:${run.id}` });
    await addSubmit(engine, run);
    await clock.passUntil(until + 20 * MINUTE_MS);
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    expect(await queue.depth()).toMatchObject({ dead: 0 });
    await queue.drain();
  });

  test('the end of a run is shown afterwards, with its check', async () => {
    const { clock, until, world, queue, engine } = withBadGitHub(kind, minutes);
    const trigger = aTrigger({ isPullRequest: true });
    const run = await accept(world, { trigger, state: 'running', taskId: 't', headSha: 'c0ffee', check: true });
    await settleRunAs(engine, run, { reason: 'completed', message: '', result: 'All green.' });
    await clock.passUntil(until + 20 * MINUTE_MS);
    expect(world.github.comments).toMatchObject([{ body: expect.stringContaining('All green.') }]);
    expect(world.github.checks).toMatchObject([{ conclusion: 'success' }]);
    expect((await runOf(world)).report.shown).toBe('completed');
    expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
    await queue.drain();
  });
});

test('a check for which the limit is spent is shown later, and the report does not count as shown before', async () => {
  const { clock, until, world, queue, engine } = withBadGitHub('limit', 40);
  const trigger = aTrigger({ isPullRequest: true, installationId: 12 });
  const run = await accept(world, { trigger, state: 'running', taskId: 't', headSha: 'c0ffee', check: true });
  const limited = await engine.forgeFor(LIMITED_INSTALLATION);
  const create = world.github.createCheck.bind(world.github);
  world.github.createCheck = async (...check) =>
    clock.now() < until ? await limited.createCheck(...check) : await create(...check);
  await world.store.update(run.id, { state: 'settled', ending: ENDING });
  await addReport(engine, run);
  await clock.passUntil(until - 1);
  expect(world.github.comments).toHaveLength(1);
  expect((await runOf(world)).report.shown).toBeUndefined();
  await clock.passUntil(until + 20 * MINUTE_MS);
  expect(world.github.checks).toMatchObject([{ conclusion: 'success' }]);
  expect((await runOf(world)).report.shown).toBe('completed');
  await queue.drain();
});

const ENDING = { status: 'succeeded', reason: 'completed', message: '', result: 'All green.', at: 1_000 } as const;

test('a command waits for GitHub about a day, and is a dead letter then', async () => {
  const { clock, world, queue, command } = withBadGitHub('outage', 60 * 24 * 3);
  await command(LIMITED, 'a', '/rebyte tidy up');
  const start = clock.now();
  await clock.passUntil(start + 18 * 60 * MINUTE_MS);
  expect((await queue.depth()).dead).toBe(0);
  await clock.passUntil(start + 40 * 60 * MINUTE_MS);
  expect(await queue.deadLetters()).toMatchObject([
    { attempts: 10, error: expect.stringContaining('GitHub refused GET') },
  ]);
  expect(await world.store.lastInThread(LIMITED)).toBeUndefined();
  await queue.drain();
});
