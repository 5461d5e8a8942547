import { createMemoryStore } from '../../../../app/memory/memory-store.ts';
import type { Engine, InstalledRepository } from '../../../../shared/domain/engine/engine.ts';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { reportRun } from '../../../../shared/domain/engine/report-run.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import type { WebhookNotice } from '../../../../shared/model/webhook-notice.ts';
import { TryLater, type Job, type JobOptions } from '../../../../shared/ports/jobs.ts';
import type { Store } from '../../../../shared/ports/store.ts';
import { keepingLog } from '../../../support/keeping-log.ts';
import { aRun } from '../../../support/records.ts';
import { BOT } from '../fake-threads.ts';
import { FakeGitHub } from './fake-github.ts';
import { FakeRebyte } from './fake-rebyte.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const KEY = 'rbk_a-key-that-nobody-may-see';

export interface RunWorld {
  readonly engine: Engine;
  readonly github: FakeGitHub;
  readonly rebyte: FakeRebyte;
  readonly store: Store;
  readonly queue: { job: Job; options: JobOptions }[];
  readonly log: readonly string[];
  readonly settled: readonly string[];
  /** Time, to be set. */
  readonly time: { now: number };
  installed: InstalledRepository[];
  key: boolean;
}

/** An App whose GitHub, Rebyte, store, queue and time live in memory. */
export function createRunWorld(config?: string): RunWorld {
  const time = { now: NOW };
  const github = new FakeGitHub();
  github.config = config;
  const rebyte = new FakeRebyte(() => time.now);
  const store = createMemoryStore();
  const queue: RunWorld['queue'] = [];
  const log: string[] = [];
  const settled: string[] = [];
  let ids = 0;
  const engine: Engine = {
    store,
    jobs: {
      add: async (job, options) => {
        const same = queue.findIndex((each) => options.key !== undefined && each.options.key === options.key);
        if (same >= 0) queue.splice(same, 1);
        queue.push({ job, options });
        return await Promise.resolve(true);
      },
    },
    clock: {
      now: () => time.now,
      steady: () => time.now,
      sleep: async () => await Promise.reject(new Error('The domain does not sleep.')),
    },
    metrics: {
      runSettled: (status, reason) => {
        settled.push(`${status} ${reason}`);
      },
      refused: () => undefined,
      noticeAge: () => undefined,
      redeliveryAsked: () => undefined,
    },
    log: () => keepingLog(log),
    forgeFor: async () => await Promise.resolve(github),
    agentFor: () => (world.key ? rebyte : undefined),
    installedRepositories: async function* () {
      await Promise.resolve();
      yield* world.installed;
    },
    retentionMs: 90 * 24 * 3_600_000,
    secret: 'a secret of the app',
    self: BOT,
    newId: () => `id-${(ids += 1)}`,
    mask: (text) => text.replaceAll(KEY, '***'),
  };
  const world: RunWorld = { engine, github, rebyte, store, queue, log, settled, time, installed: [], key: true };
  return world;
}

/** An accepted run, stored. */
export async function accept(world: RunWorld, changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const { id = 'run-1' } = changes;
  const base = aRun({
    createdAt: world.time.now,
    state: 'acknowledged',
    runReference: `reference of ${id}`,
    ...changes,
  });
  const run = { ...base, trigger: { ...base.trigger, sourceId: `source of ${id}` } };
  await world.store.insert(run);
  return run;
}

/** Does what waits, in order, until nothing is due; a job that asks for later passes its time on the way. */
export async function work(world: RunWorld, engine: Engine = world.engine): Promise<void> {
  for (let turns = 0; ; turns += 1) {
    if (turns === 200) throw new Error('The jobs never end.');
    const index = world.queue.findIndex(({ options }) => (options.notBefore ?? 0) <= world.time.now);
    const entry = world.queue[index];
    if (entry === undefined) {
      const next = Math.min(...world.queue.map(({ options }) => options.notBefore ?? 0));
      if (!Number.isFinite(next)) return;
      world.time.now = next;
      continue;
    }
    // As in a real queue, what waits under the key meanwhile is another job than the one that is done.
    world.queue.splice(index, 1);
    try {
      await perform(engine, entry.job);
    } catch (error) {
      if (!(error instanceof TryLater)) {
        world.queue.push(entry);
        throw error;
      }
      world.queue.push({ ...entry, options: { ...entry.options, notBefore: world.time.now + error.delayMs } });
    }
  }
}

/** Reports a run again until that is not put off any more, each time at the moment that is asked for. */
export async function reportInTime(world: RunWorld, runId = 'run-1'): Promise<void> {
  await world.engine.jobs.add({ kind: 'report', runId }, { lane: `report:${runId}`, key: `report:${runId}` });
  await work(world);
}

async function perform(engine: Engine, job: Job): Promise<void> {
  switch (job.kind) {
    case 'submit':
      return await submitRun(engine, job.runId);
    case 'report':
      return await reportRun(engine, job.runId);
    case 'notice':
      return await handleNotice(engine, job.account, job.notice);
    default:
      throw new Error(`No test here does "${job.kind}".`);
  }
}

export function aNotice(world: RunWorld, changes: Partial<WebhookNotice> = {}): WebhookNotice {
  const { status = 'succeeded', taskId = 'task-1' } = changes;
  return {
    event: `task.${status}`,
    taskId,
    timestamp: Math.floor(world.time.now / 1_000),
    status,
    result: 'It is **done**.',
    receivedAt: world.time.now,
    ...changes,
  };
}

export async function runOf(world: RunWorld, id = 'run-1'): Promise<RunRecord> {
  const run = await world.store.get(id);
  if (run === undefined) throw new Error(`There is no run ${id}.`);
  return run;
}

export class Killed extends Error {}

/**
 * The engine of a process that is killed at its n-th call of a port, counted from 1: before the call, or after it was
 * carried out and before anybody heard. Nothing that it calls afterwards happens.
 */
export function killedAt(
  world: RunWorld,
  at: number,
  when: 'before' | 'after',
): Engine & { readonly calls: () => number } {
  let calls = 0;
  const guard = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          calls += 1;
          if (calls > at || (calls === at && when === 'before')) throw new Killed(String(name));
          const answer: unknown = Reflect.apply(value, target, args);
          if (calls < at) return answer;
          if (!(answer instanceof Promise)) throw new Killed(String(name));
          return killAfter(answer, String(name));
        };
      },
    });
  const { engine, github, rebyte, store } = world;
  return {
    ...engine,
    store: guard(store),
    jobs: guard(engine.jobs),
    forgeFor: async () => await Promise.resolve(guard(github)),
    agentFor: () => guard(rebyte),
    calls: () => calls,
  };
}

async function killAfter(answer: Promise<unknown>, name: string): Promise<never> {
  await answer;
  throw new Killed(name);
}
