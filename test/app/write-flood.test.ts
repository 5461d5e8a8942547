import { expect, test } from '@jest/globals';
import { createMemoryQueue } from '../../app/memory/memory-queue.ts';
import { work } from '../../app/worker.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import { addReport } from '../../shared/domain/engine/run-jobs.ts';
import { settleRunAs } from '../../shared/domain/engine/settle-run-as.ts';
import { createPace, GITHUB_WRITE_LIMITS } from '../../shared/domain/pace.ts';
import { createForge } from '../../shared/github/index.ts';
import { BOT } from '../shared/domain/fake-threads.ts';
import { accept, createRunWorld, runOf, type RunWorld } from '../shared/domain/engine/run-world.ts';
import { keepingLog } from '../support/keeping-log.ts';
import { aTrigger } from '../support/records.ts';
import { JumpingClock } from './jumping-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const [BUSY, CALM] = [11, 12];
const RUNS = 200;

interface Write {
  readonly installation: number;
  readonly route: string;
  readonly body: string;
  readonly at: number;
}

/** An App whose forge is real down to Octokit, with GitHub and time in memory. */
function flooded() {
  const clock = new JumpingClock();
  const world = createRunWorld();
  const writes: Write[] = [];
  const log = keepingLog();
  const pace = createPace(GITHUB_WRITE_LIMITS, clock);
  const queue = createMemoryQueue({ clock, log: () => log });
  const octokitOf = (installation: number) => ({
    request: async (route: string, { body = '' }: Record<string, unknown> = {}) => {
      writes.push({ installation, route, body: String(body), at: clock.now() });
      const data = { id: writes.length, body, html_url: 'https://github.com/acme/app/issues/7', user: { login: BOT } };
      return await Promise.resolve({ status: 201, headers: {}, data });
    },
    graphql: async () => await Promise.reject(new Error('Nobody asks by GraphQL here.')),
  });
  const forgeFor = async (installation: number) => {
    const writePace = { room: () => pace.room(installation), wrote: () => pace.wrote(installation) };
    const options = { clock, log, writePace, knownLogin: BOT, holder: 'app' as const };
    return await Promise.resolve(createForge(octokitOf(installation), options));
  };
  const engine: Engine = { ...world.engine, clock, jobs: queue, pace, forgeFor };
  return { clock, world, writes, queue, engine, log };
}

async function command(world: RunWorld, number: number, installationId: number): Promise<string> {
  const thread = { owner: 'acme', repo: 'app', number };
  const { id } = await accept(world, { id: `run-${number}`, trigger: aTrigger({ installationId, thread }) });
  return id;
}

function mostWithin(moments: readonly number[], span: number): number {
  return Math.max(...moments.map((at) => moments.filter((each) => each > at - span && each <= at).length));
}

test('two hundred runs at once pass no limit, every end is shown, and another installation waits for nothing', async () => {
  const { clock, world, writes, queue, engine, log } = flooded();
  queue.start(async (job) => await work(engine, job));
  const start = clock.now();
  const ids = await Promise.all(
    Array.from({ length: RUNS }, async (_, index) => await command(world, index + 1, BUSY)),
  );
  const calm = await command(world, 999, CALM);
  const all = [...ids, calm];
  await Promise.all(all.map(async (id) => await addReport(engine, await runOf(world, id))));
  await clock.passUntil(start + 20_000);
  for (const id of all) {
    await world.store.update(id, { state: 'running', taskUrl: 'https://rebyte.example/run/1', taskId: id });
    await addReport(engine, await runOf(world, id));
  }
  await clock.passUntil(start + 50_000);
  for (const id of all) {
    const run = await runOf(world, id);
    await settleRunAs(engine, run, { reason: 'completed', message: '', result: `Result of ${id}.` });
  }
  await clock.passUntil(start + 3 * HOUR_MS);

  const busy = writes.filter(({ installation }) => installation === BUSY);
  const moments = busy.map(({ at }) => at);
  expect(mostWithin(moments, MINUTE_MS)).toBeLessThanOrEqual(80);
  expect(mostWithin(moments, HOUR_MS)).toBeLessThanOrEqual(500);
  const unshown = ids.filter((id) => busy.filter(({ body }) => body.includes(`Result of ${id}.`)).length !== 1);
  expect(unshown).toEqual([]);
  const progress = busy.filter(({ body }) => /getting ready|working on it/.test(body));
  expect(progress.length).toBeGreaterThan(0);
  expect(progress.length).toBeLessThanOrEqual(48);
  expect(await queue.depth()).toEqual({ waiting: 0, running: 0, dead: 0 });
  const others = writes.filter(({ installation }) => installation === CALM).map(({ at }) => at - start);
  expect(others).toEqual([0, 20_000, 50_000, 50_000]);
  expect(log.lines.filter((line) => /^(warning|error)/.test(line))).toEqual([]);
  await queue.drain();
});
