import { appendFileSync } from 'node:fs';
import { kill, pid } from 'node:process';
import type { Parts } from '../../app/compose.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import type { AgentPort } from '../../shared/ports/agent.ts';
import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { CHANGING } from './crash-points.ts';

/** Kills its own process with SIGKILL where it was told to, so that nothing can be put in order first. */
export class Crasher {
  readonly #file: string;
  /** How many times the point may still be passed. */
  readonly #armed = new Map<string, number>();

  /** @param file gets the name of the point that was reached, as the last act. */
  constructor(file: string) {
    this.#file = file;
  }

  /** The process dies when it comes to this point for the `nth` time from now. */
  arm(point: string, nth: number): void {
    this.#armed.set(point, nth);
  }

  disarm(): void {
    this.#armed.clear();
  }

  /** The App's parts, with a crash point on both sides of every side effect. */
  around(parts: Parts): Parts {
    const { storage, engine } = parts;
    const store = this.#watched('store', storage.store);
    const queue = this.#watchedQueue(storage.queue);
    // The sweep groups runs by the agent that has to be asked: one agent has to stay one.
    const agents = new WeakMap<AgentPort, AgentPort>();
    const watchedAgent = (agent: AgentPort): AgentPort => {
      const known = agents.get(agent) ?? this.#watched('agent', agent);
      agents.set(agent, known);
      return known;
    };
    const watchedFor = (agentFor: Engine['agentFor']) => (owner: string) => {
      const agent = agentFor(owner);
      return agent && watchedAgent(agent);
    };
    return {
      ...parts,
      storage: { ...storage, store, queue },
      engine: {
        ...engine,
        store,
        jobs: queue,
        forgeFor: async (installation) => this.#watched('forge', await engine.forgeFor(installation)),
        agentFor: watchedFor(engine.agentFor),
        ...(engine.sweeping && {
          sweeping: { ...engine.sweeping, agentFor: watchedFor(engine.sweeping.agentFor) },
        }),
      },
    };
  }

  async #around<T>(call: string, work: () => Promise<T>): Promise<T> {
    this.#pass(`${call}:before`);
    const result = await work();
    this.#pass(`${call}:after`);
    return result;
  }

  #pass(point: string): void {
    const left = this.#armed.get(point);
    if (left === undefined) return;
    this.#armed.set(point, left - 1);
    if (left > 1) return;
    appendFileSync(this.#file, `${point}\n`);
    kill(pid, 'SIGKILL');
  }

  #watched<T extends object>(port: keyof typeof CHANGING, target: T): T {
    const changing = new Set<PropertyKey>(CHANGING[port]);
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        const call = (...given: readonly unknown[]): unknown => Reflect.apply(method, target, given);
        if (!changing.has(name)) return call;
        return async (...given: readonly unknown[]) =>
          await this.#around(`${port}.${String(name)}`, async () => await call(...given));
      },
    });
  }

  #watchedQueue(queue: WorkQueue): WorkQueue {
    return {
      add: async (job, options) =>
        await this.#around(`jobs.add(${job.kind})`, async () => await queue.add(job, options)),
      start: (handler) => {
        queue.start(async (job) => await this.#around(`work(${job.kind})`, async () => await handler(job)));
      },
      drain: async (timeoutMs) => await queue.drain(timeoutMs),
      depth: async () => await queue.depth(),
      deadLetters: async () => await queue.deadLetters(),
      replay: async (id) => await queue.replay(id),
      drop: async (id) => await queue.drop(id),
    };
  }
}
