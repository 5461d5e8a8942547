import { describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Thread } from '../../shared/model/thread.ts';
import type { Store } from '../../shared/ports/store.ts';
import { aRun, aTrigger } from './records.ts';

const THREAD: Thread = { owner: 'acme', repo: 'app', number: 7 };

interface RunOptions {
  readonly thread?: Thread;
  readonly login?: string;
  readonly position?: number;
  readonly source?: string;
}

function runOf(id: string, options: RunOptions = {}, changes: Partial<RunRecord> = {}): RunRecord {
  const { thread = THREAD, login = 'ada', position = 0, source = `source-${id}` } = options;
  const trigger = aTrigger({ thread, repository: thread, sourceId: source, sender: { login, type: 'User' } });
  const run = aRun({ id, trigger, ...changes });
  return { ...run, command: { ...run.command, position } };
}

/** What every store has to keep, whatever it is built on. @param open makes an empty store; `close` ends it. */
export function storeConformance(
  name: string,
  open: () => Promise<{ readonly store: Store; readonly close: () => Promise<void> }>,
): void {
  const withStore = (use: (store: Store) => Promise<void>) => async (): Promise<void> => {
    const { store, close } = await open();
    try {
      await use(store);
    } finally {
      await close();
    }
  };
  describe(`${name} keeps runs`, () => {
    runTests(withStore);
  });
  describe(`${name} remembers`, () => {
    noteTests(withStore);
  });
}

type WithStore = (use: (store: Store) => Promise<void>) => () => Promise<void>;

function runTests(withStore: WithStore): void {
  test(
    'gives back what was inserted, whole',
    withStore(async (store) => {
      const run = runOf('a', {}, { headSha: 'abc', notes: ['one'], report: { commentId: 3 } });
      expect(await store.insert(run)).toBe(true);
      expect(await store.get('a')).toEqual(run);
      expect(await store.get('b')).toBeUndefined();
    }),
  );

  test(
    'takes one run per source and position, even when two come at once',
    withStore(async (store) => {
      const answers = await Promise.all([
        store.insert(runOf('a', { source: 's' })),
        store.insert(runOf('b', { source: 's' })),
        store.insert(runOf('c', { source: 's', position: 1 })),
      ]);
      expect(answers.toSorted()).toEqual([false, true, true]);
      expect((await store.open()).length).toBe(2);
      expect(await store.insert(runOf('c', { source: 'other' }))).toBe(false);
    }),
  );

  test(
    'changes the fields that are named and no others, and never what it gave out before',
    withStore(async (store) => {
      await store.insert(runOf('a'));
      const before = await store.get('a');
      const updated = await store.update('a', { state: 'running', taskId: 't1' });
      expect(updated).toEqual({ ...before, state: 'running', taskId: 't1' });
      expect(await store.get('a')).toEqual(updated);
      expect(before).toEqual(runOf('a'));
      expect(await store.update('nobody', { taskId: 't' })).toBeUndefined();
    }),
  );

  test(
    'keeps the ending of a settled run, while its report can still change',
    withStore(async (store) => {
      await store.insert(runOf('a'));
      const ending = { status: 'succeeded', reason: 'completed', message: '', at: 5 } as const;
      await store.update('a', { state: 'settled', ending });
      const again = await store.update('a', {
        state: 'running',
        ending: { ...ending, reason: 'lost', status: 'lost' },
        report: { commentId: 9 },
      });
      expect(again).toMatchObject({ state: 'settled', ending, report: { commentId: 9 } });
    }),
  );

  test(
    'lists runs by thread, task and openness, oldest first and whatever the case of names',
    withStore(async (store) => {
      const other = { ...THREAD, number: 8 };
      await store.insert(runOf('a', {}, { taskId: 't1' }));
      await store.insert(runOf('b', { thread: other }, { taskId: 't2' }));
      await store.insert(runOf('c', {}, { taskId: 't1' }));
      await store.update('a', { state: 'settled' });
      const ids = (runs: readonly RunRecord[]): string[] => runs.map(({ id }) => id);
      expect(ids(await store.byTask('t1'))).toEqual(['a', 'c']);
      expect(ids(await store.open())).toEqual(['b', 'c']);
      expect(ids(await store.openInThread({ ...THREAD, owner: 'ACME' }))).toEqual(['c']);
      expect((await store.lastInThread(THREAD))?.id).toBe('c');
      expect(await store.lastInThread({ ...THREAD, number: 9 })).toBeUndefined();
    }),
  );

  test(
    'tells when runs were started, by repository and by sender',
    withStore(async (store) => {
      await store.insert(runOf('a', {}, { createdAt: 100 }));
      await store.insert(runOf('b', { login: 'bob' }, { createdAt: 200 }));
      await store.insert(runOf('c', { login: 'Ada' }, { createdAt: 300 }));
      await store.insert(runOf('d', { thread: { ...THREAD, repo: 'other' } }, { createdAt: 300 }));
      expect(await store.startsSince(100, THREAD)).toEqual([100, 200, 300]);
      expect(await store.startsSince(101, { owner: 'acme', repo: 'APP', login: 'ada' })).toEqual([300]);
    }),
  );
}

function noteTests(withStore: WithStore): void {
  test(
    'a key once, even when it comes twice at once',
    withStore(async (store) => {
      const answers = await Promise.all([store.remember('k', 1), store.remember('k', 1), store.remember('l', 1)]);
      expect(answers.filter(Boolean).length).toBe(2);
      expect(await store.remember('k', 2)).toBe(false);
    }),
  );

  test(
    'what a thread goes on with, until it is forgotten',
    withStore(async (store) => {
      expect(await store.conversation(THREAD)).toBeUndefined();
      await store.setConversation(THREAD, { taskId: 't1', workspaceId: 'w1' });
      expect(await store.conversation({ ...THREAD, repo: 'App' })).toEqual({ taskId: 't1', workspaceId: 'w1' });
      await store.setConversation(THREAD, { taskId: 't2' });
      expect(await store.conversation(THREAD)).toEqual({ taskId: 't2' });
      await store.setConversation(THREAD, undefined);
      expect(await store.conversation(THREAD)).toBeUndefined();
    }),
  );

  test(
    'values by key, apart from the keys it only remembers',
    withStore(async (store) => {
      await store.remember('k', 1);
      expect(await store.read('k')).toBeUndefined();
      await store.write('k', 'one');
      await store.write('k', 'two');
      expect(await store.read('k')).toBe('two');
      await store.write('k', undefined);
      expect(await store.read('k')).toBeUndefined();
      await store.write('never there', undefined);
    }),
  );
}
