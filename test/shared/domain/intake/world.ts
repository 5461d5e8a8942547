import { createMemoryStore } from '../../../../app/memory/memory-store.ts';
import type { Engine } from '../../../../shared/domain/engine/engine.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import type { AgentPort } from '../../../../shared/ports/agent.ts';
import type { Job, JobOptions, JobQueue } from '../../../../shared/ports/jobs.ts';
import type { Store } from '../../../../shared/ports/store.ts';
import { keepingLog } from '../../../support/keeping-log.ts';
import { aRun } from '../../../support/records.ts';
import { BOT } from '../fake-threads.ts';
import { fakeAgent } from './fake-agent.ts';
import { FakeForge } from './fake-forge.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const KEY = 'rbk_a-key-that-nobody-may-see';

export interface WorldOptions {
  /** Text of `.github/rebyte.yml`. Default: there is none. */
  readonly config?: string;
  /** Whether the account has a key for Rebyte. Default true. */
  readonly key?: boolean;
}

export interface World {
  readonly engine: Engine;
  readonly forge: FakeForge;
  readonly store: Store;
  readonly agent: ReturnType<typeof fakeAgent>;
  readonly jobs: readonly { readonly job: Job; readonly options: JobOptions }[];
  readonly refused: readonly string[];
  readonly log: readonly string[];
  /** Kinds and runs of the jobs, in order. */
  readonly jobNames: () => readonly string[];
  /** Bodies of our own comments, without their markers. */
  readonly answers: () => readonly string[];
}

/** An App whose GitHub, Rebyte, store and queue live in memory; Ada may write, everybody else may read. */
export function createWorld({ config, key = true }: WorldOptions = {}): World {
  const forge = new FakeForge();
  forge.config = config;
  forge.roles = { ada: { role: 'write', permission: 'write' } };
  const agent = fakeAgent();
  const store = createMemoryStore();
  const queue = listedQueue();
  const refused: string[] = [];
  const log: string[] = [];
  let ids = 0;
  const engine: Engine = {
    store,
    jobs: queue,
    clock: {
      now: () => NOW,
      steady: () => NOW,
      sleep: async () => await Promise.reject(new Error('The domain does not sleep here.')),
    },
    metrics: {
      runSettled: () => undefined,
      refused: (reason) => {
        refused.push(reason);
      },
      noticeAge: () => undefined,
      redeliveryAsked: () => undefined,
    },
    log: () => keepingLog(log),
    forgeFor: async () => await Promise.resolve(forge),
    agentFor: () => (key ? agent : undefined),
    installedRepositories: noRepositories,
    retentionMs: 90 * 24 * 3_600_000,
    secret: 'a secret of the app',
    self: BOT,
    newId: () => `id-${(ids += 1)}`,
    mask: (text) => text.replaceAll(KEY, '***'),
  };
  return {
    engine,
    forge,
    store,
    agent,
    jobs: queue.list,
    refused,
    log,
    jobNames: () => queue.list.map(({ job }) => ('runId' in job ? `${job.kind} ${job.runId}` : job.kind)),
    answers: () => forge.comments.map(({ body }) => body.replaceAll(/\n*<!-- rebyte:.*? -->\n*/g, '')),
  };
}

// eslint-disable-next-line require-yield
async function* noRepositories(): AsyncGenerator<never> {
  await Promise.resolve();
}

/** Keeps jobs and does none of them. */
function listedQueue(): JobQueue & { readonly list: { job: Job; options: JobOptions }[] } {
  const list: { job: Job; options: JobOptions }[] = [];
  return {
    list,
    add: async (job, options) => {
      const same = list.findIndex(({ options: { key } }) => key !== undefined && key === options.key);
      if (same === -1) list.push({ job, options });
      else list[same] = { job, options };
      return await Promise.resolve(true);
    },
  };
}

/** The engine of a world a minute later. */
export function later({ engine }: World): Engine {
  return { ...engine, clock: { ...engine.clock, now: () => NOW + 60_000 } };
}

/** A run of the thread that happened before, stored. */
export async function earlierRun(world: World, changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const run = aRun({ id: 'earlier', createdAt: NOW - 7_200_000, ...changes });
  const trigger = { ...run.trigger, sourceId: `source of ${run.id}` };
  await world.store.insert({ ...run, trigger });
  return { ...run, trigger };
}

export class Crash extends Error {}

/**
 * The engine of a world that crashes at its n-th call to GitHub, Rebyte, the store or the queue (counted from 1): before the
 * call, or after it was carried out and before anybody heard.
 */
export function crashing(
  world: World,
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
          const mine = (calls += 1) === at;
          if (mine && when === 'before') throw new Crash(String(name));
          const answer: unknown = Reflect.apply(value, target, args);
          if (!mine) return answer;
          if (answer instanceof Promise) return crashAfter(answer, String(name));
          throw new Crash(String(name));
        };
      },
    });
  const { engine, forge, agent } = world;
  const guarded: { forge: FakeForge; agent: AgentPort } = { forge: guard(forge), agent: guard(agent) };
  return {
    ...engine,
    store: guard(engine.store),
    jobs: guard(engine.jobs),
    forgeFor: async () => await Promise.resolve(guarded.forge),
    agentFor: (owner) => (engine.agentFor(owner) === undefined ? undefined : guarded.agent),
    calls: () => calls,
  };
}

async function crashAfter(answer: Promise<unknown>, name: string): Promise<never> {
  await answer;
  throw new Crash(name);
}
