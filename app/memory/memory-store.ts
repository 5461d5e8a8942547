import { threadKey } from '../../shared/domain/engine/lanes.ts';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { RepositoryName, Thread } from '../../shared/model/thread.ts';
import type { Conversation, Store } from '../../shared/ports/store.ts';

/**
 * A store that forgets everything when the process ends, for tests and the demo. Everything is copied on its way in, as
 * a durable store would, so no caller can change what is stored.
 */
export function createMemoryStore(): Store {
  const runs = new Map<string, RunRecord>();
  const sources = new Set<string>();
  const remembered = new Map<string, number>();
  const conversations = new Map<string, Conversation>();
  const values = new Map<string, string>();
  /** A map keeps the order of insertion, which is what "oldest first" means. */
  const where = (fits: (run: RunRecord) => boolean): RunRecord[] => [...runs.values()].filter(fits);

  return {
    insert: async (run) => {
      const source = JSON.stringify([run.trigger.sourceId, run.command.position]);
      if (sources.has(source) || runs.has(run.id)) return await Promise.resolve(false);
      sources.add(source);
      runs.set(run.id, structuredClone(run));
      return true;
    },
    get: async (id) => await Promise.resolve(runs.get(id)),
    update: async (id, changes) => {
      const old = runs.get(id);
      if (old === undefined) return await Promise.resolve(undefined);
      const updated = { ...old, ...structuredClone(changes), ...(old.state === 'settled' && settledPart(old)) };
      runs.set(id, updated);
      return updated;
    },
    byTask: async (taskId) => await Promise.resolve(where((run) => run.taskId === taskId)),
    openInThread: async (thread) => await Promise.resolve(where((run) => isOpen(run) && isIn(run, thread))),
    lastInThread: async (thread) => await Promise.resolve(where((run) => isIn(run, thread)).at(-1)),
    open: async () => await Promise.resolve(where(isOpen)),
    startsSince: async (since, of) =>
      await Promise.resolve(
        where((run) => run.createdAt >= since && isStartOf(run, of)).map(({ createdAt }) => createdAt),
      ),

    remember: async (key, at) => {
      if (remembered.has(key)) return await Promise.resolve(false);
      remembered.set(key, at);
      return true;
    },
    conversation: async (thread) => await Promise.resolve(conversations.get(threadKey(thread))),
    setConversation: async (thread, conversation) => {
      if (conversation === undefined) conversations.delete(threadKey(thread));
      else conversations.set(threadKey(thread), structuredClone(conversation));
      await Promise.resolve();
    },
    read: async (key) => await Promise.resolve(values.get(key)),
    write: async (key, value) => {
      if (value === undefined) values.delete(key);
      else values.set(key, value);
      await Promise.resolve();
    },
  };
}

function settledPart({ state, ending }: RunRecord): Partial<RunRecord> {
  return { state, ...(ending !== undefined && { ending }) };
}

function isOpen(run: RunRecord): boolean {
  return run.state !== 'settled';
}

function isIn(run: RunRecord, thread: Thread): boolean {
  return threadKey(run.trigger.thread) === threadKey(thread);
}

function isStartOf(run: RunRecord, of: RepositoryName & { readonly login?: string }): boolean {
  const { repository, sender } = run.trigger;
  if (!isSame(repository.owner, of.owner) || !isSame(repository.repo, of.repo)) return false;
  return of.login === undefined || isSame(sender.login, of.login);
}

/** GitHub ignores case in every name. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
