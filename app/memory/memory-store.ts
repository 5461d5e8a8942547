import { createMemoryLooks } from './memory-looks.ts';
import { changedRun } from '../../shared/domain/changed-run.ts';
import { threadKey } from '../../shared/domain/engine/lanes.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Thread } from '../../shared/model/thread.ts';
import type { Conversation, Inserted, NoteStore, OpenState, StartLimit, Store } from '../../shared/ports/store.ts';

/**
 * A store that forgets everything when the process ends, for tests and the demo. Everything is copied on its way in, as
 * a durable store would, so no caller can change what is stored.
 */
export function createMemoryStore(): Store {
  const runs = new Map<string, RunRecord>();
  const sources = new Set<string>();
  const { note, ...looks } = createMemoryLooks(runs);
  const { expire, endConversation, ...notes } = createMemoryNotes();
  /** A map keeps the order of insertion, which is what "oldest first" means. */
  const where = (fits: (run: RunRecord) => boolean): RunRecord[] => [...runs.values()].filter(fits);

  return {
    insert: async (run, limits = []): Promise<Inserted> => {
      const source = sourceOf(run);
      if (sources.has(source) || runs.has(run.id)) return await Promise.resolve({ kind: 'known' });
      const over = reached(limits, run, [...runs.values()]);
      if (over !== undefined) return over;
      sources.add(source);
      runs.set(run.id, structuredClone(run));
      note(run);
      return { kind: 'inserted' };
    },
    get: async (id) => await Promise.resolve(runs.get(id)),
    update: async (id, changes, onlyIf = () => true) => {
      const old = runs.get(id);
      if (old === undefined || !onlyIf(old)) return await Promise.resolve(undefined);
      const updated = changedRun(old, structuredClone(changes));
      runs.set(id, updated);
      note(updated, old);
      return updated;
    },
    byTask: async (taskId) => await Promise.resolve(where((run) => run.taskId === taskId)),
    openInThread: async (thread) => await Promise.resolve(where((run) => isOpen(run) && isIn(run, thread))),
    lastInThread: async (thread) => await Promise.resolve(where((run) => isIn(run, thread)).at(-1)),
    async *open(states) {
      for (const { id } of where(isOpen)) {
        const run = runs.get(id);
        if (run !== undefined && run.state !== 'settled' && (states?.includes(run.state) ?? true)) yield run;
      }
      await Promise.resolve();
    },
    countOpen: async () => {
      const counts = new Map<OpenState, number>();
      for (const { state } of runs.values()) if (state !== 'settled') counts.set(state, (counts.get(state) ?? 0) + 1);
      return await Promise.resolve(counts);
    },
    prune: async (before) => {
      const old = where((run) => settledAt(run) < before.settledBefore).slice(0, before.limit);
      for (const run of old) {
        runs.delete(run.id);
        sources.delete(sourceOf(run));
        const { thread } = run.trigger;
        if (where((other) => isIn(other, thread)).length === 0) endConversation(thread);
      }
      return await Promise.resolve(old.length + expire(before));
    },
    ...looks,
    ...notes,
  };
}

function settledAt({ state, ending }: RunRecord): number {
  return state === 'settled' ? (ending?.at ?? 0) : Infinity;
}

function isOpen(run: RunRecord): boolean {
  return run.state !== 'settled';
}

function isIn(run: RunRecord, thread: Thread): boolean {
  return threadKey(run.trigger.thread) === threadKey(thread);
}

function reached(limits: readonly StartLimit[], run: RunRecord, others: readonly RunRecord[]): Inserted | undefined {
  for (const limit of limits) {
    const counted = others.filter((other) => other.createdAt > limit.since && isCountedFor(limit, other, run));
    const oldest = counted.at(-limit.limit);
    if (counted.length >= limit.limit && oldest !== undefined)
      return { kind: 'over', limit, oldestAt: oldest.createdAt };
  }
  return undefined;
}

type Before = Parameters<Store['prune']>[0];

interface MemoryNotes extends NoteStore {
  readonly expire: (before: Before) => number;
  readonly endConversation: (thread: Thread) => void;
}

function createMemoryNotes(): MemoryNotes {
  const conversations = new Map<string, Conversation>();
  const values = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  return {
    expire: ({ now, limit }) => {
      const expired = [...values].filter(([, { expiresAt }]) => expiresAt < now).slice(0, limit);
      for (const [key] of expired) values.delete(key);
      return expired.length;
    },
    endConversation: (thread) => void conversations.delete(threadKey(thread)),
    conversation: async (thread) => await Promise.resolve(conversations.get(threadKey(thread))),
    setConversation: async (thread, conversation) => {
      if (conversation === undefined) conversations.delete(threadKey(thread));
      else conversations.set(threadKey(thread), structuredClone(conversation));
      await Promise.resolve();
    },
    read: async (key) => await Promise.resolve(values.get(key)?.value),
    write: async (key, value, { expiresAt = Infinity } = {}) => {
      if (value === undefined) values.delete(key);
      else values.set(key, { value, expiresAt });
      await Promise.resolve();
    },
  };
}

function sourceOf({ trigger, command }: RunRecord): string {
  return JSON.stringify([trigger.sourceId, command.position]);
}

function isCountedFor({ scope }: StartLimit, { trigger: other }: RunRecord, { trigger }: RunRecord): boolean {
  const { owner, repo } = trigger.repository;
  if (!isSame(other.repository.owner, owner) || !isSame(other.repository.repo, repo)) return false;
  return scope === 'repository' || isSame(other.sender.login, trigger.sender.login);
}

/** GitHub ignores case in every name. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
