import { describe, expect, test } from '@jest/globals';
import { RUN_STATES, type RunRecord } from '../../shared/model/run-record.ts';
import type { OpenState, Store } from '../../shared/ports/store.ts';
import { lookConformance } from './look-conformance.ts';
import { noteConformance } from './note-conformance.ts';
import { settle } from './settle.ts';
import { runOf, THREAD } from './run-of.ts';
import type { StoreUnderTest, WithStore } from './store-under-test.ts';

/**
 * What every store has to keep, whatever it is built on.
 *
 * @param open makes an empty store; `close` ends it.
 * @param options.durable it also outlives its process; `open` then gives `reopen`.
 */
export function storeConformance(
  name: string,
  open: () => Promise<StoreUnderTest>,
  options: { readonly durable?: boolean } = {},
): void {
  const withStore = (use: (store: Store, under: StoreUnderTest) => Promise<void>) => async (): Promise<void> => {
    const under = await open();
    try {
      await use(under.store, under);
    } finally {
      await under.close();
    }
  };
  describe(`${name} keeps runs`, () => {
    runTests(withStore);
  });
  describe(`${name} knows when to look after runs`, () => {
    lookConformance(withStore);
  });
  describe(`${name} remembers`, () => {
    noteConformance(withStore);
  });
  if (options.durable === true) durableTest(name, withStore);
}

function runTests(withStore: WithStore): void {
  test(
    'gives back what was inserted, whole',
    withStore(async (store) => {
      const run = runOf('a', {}, { headSha: 'abc', notes: ['one'], report: { commentId: 3 } });
      expect(await store.insert(run)).toEqual({ kind: 'inserted' });
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
      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['inserted', 'inserted', 'known']);
      expect((await openIds(store)).length).toBe(2);
      expect(await store.insert(runOf('c', { source: 'other' }))).toEqual({ kind: 'known' });
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
    'changes a run on a condition for the first who asks, though many ask at once',
    withStore(async (store) => {
      await store.insert(runOf('a'));
      const claim = async (name: string): Promise<string | undefined> => {
        const claimed = await store.update('a', { taskId: name }, ({ taskId }) => taskId === undefined);
        return claimed?.taskId;
      };
      const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
      const claims = (await Promise.all(names.map(claim))).filter((name) => name !== undefined);
      expect(claims).toHaveLength(1);
      expect(await store.get('a')).toMatchObject({ taskId: claims[0] });
      expect(await store.update('nobody', { taskId: 't' }, () => true)).toBeUndefined();
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
    'lets a run move forward only: an earlier state is not taken, what comes with it is',
    withStore(async (store) => {
      for (const [position, from] of RUN_STATES.entries())
        for (const to of RUN_STATES) {
          const id = `${from} to ${to}`;
          await store.insert(runOf(id, {}, { state: from }));
          const updated = await store.update(id, { state: to, headSha: 'abc' });
          const state = RUN_STATES[Math.max(position, RUN_STATES.indexOf(to))];
          expect({ id, ...updated }).toMatchObject({ id, state, headSha: 'abc' });
          expect(await store.get(id)).toEqual(updated);
        }
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
      expect(await openIds(store)).toEqual(['b', 'c']);
      await store.update('b', { state: 'running' });
      expect(await openIds(store, ['running', 'submitting'])).toEqual(['b']);
      expect(await store.countOpen()).toEqual(new Map(Object.entries({ running: 1, received: 1 })));
      expect(ids(await store.openInThread({ ...THREAD, owner: 'ACME' }))).toEqual(['c']);
      expect((await store.lastInThread(THREAD))?.id).toBe('c');
      expect(await store.lastInThread({ ...THREAD, number: 9 })).toBeUndefined();
    }),
  );

  test(
    'takes no more runs than a limit has room for, of a repository or of one sender in it',
    withStore(async (store) => {
      const at = (createdAt: number) => ({ createdAt });
      const user = { scope: 'user', limit: 2, since: 100 } as const;
      const repository = { scope: 'repository', limit: 3, since: 100 } as const;
      const limits = [user, repository];
      await store.insert(runOf('old', {}, at(100)));
      await store.insert(runOf('a', {}, at(101)));
      await store.insert(runOf('elsewhere', { thread: { ...THREAD, repo: 'other' } }, at(150)));
      expect(await store.insert(runOf('b', { login: 'Ada' }, at(200)), limits)).toEqual({ kind: 'inserted' });
      const over = { kind: 'over', limit: user, oldestAt: 101 };
      expect(await store.insert(runOf('c', { login: 'ADA' }, at(300)), limits)).toEqual(over);
      expect(await store.get('c')).toBeUndefined();
      expect(await store.insert(runOf('d', { login: 'bob' }, at(300)), limits)).toEqual({ kind: 'inserted' });
      const full = { kind: 'over', limit: repository, oldestAt: 101 };
      const inCapitals = { login: 'eve', thread: { ...THREAD, owner: 'ACME' } };
      expect(await store.insert(runOf('e', inCapitals, at(300)), limits)).toEqual(full);
      expect(await store.insert(runOf('b', {}, at(300)), limits)).toEqual({ kind: 'known' });
    }),
  );

  test(
    'lets no two runs that come at once pass a limit together',
    withStore(async (store) => {
      const limits = [{ scope: 'repository', limit: 1, since: 0 }] as const;
      const names = Array.from({ length: 20 }, (_, index) => `run-${index}`);
      const answers = await Promise.all(names.map(async (id) => await store.insert(runOf(id), limits)));
      expect(answers.filter(({ kind }) => kind === 'inserted').length).toBe(1);
      expect((await openIds(store)).length).toBe(1);
    }),
  );

  test(
    'walks over more open runs than fit one page, each once, while others come and go',
    withStore(async (store) => {
      const runs = Array.from({ length: 450 }, (_, index) => runOf(`run-${index}`));
      await Promise.all(runs.map(async (run) => await store.insert(run)));
      // Only the store knows the order of what is inserted at once.
      const names = (await store.openInThread(THREAD)).map(({ id }) => id);
      const [first = '', last = ''] = [names[0], names.at(-1)];
      const met: string[] = [];
      for await (const { id } of store.open()) {
        met.push(id);
        // The run that is looked at, one that is far ahead, and a new one.
        if (met.length === 1) {
          await store.update(first, { state: 'settled' });
          await store.update(last, { state: 'settled' });
          await store.insert(runOf('new'));
        }
      }
      expect(met.slice(0, 449)).toEqual(names.slice(0, 449));
      expect(met).not.toContain(last);
      expect(new Set(met).size).toBe(met.length);
    }),
  );

  test(
    'forgets runs that settled long ago, a few at a time, and never open ones',
    withStore(async (store) => {
      for (const [id, at] of Object.entries({ a: 10, b: 20, c: 30 })) {
        await store.insert(runOf(id));
        await settle(store, id, at);
      }
      await store.insert(runOf('open'));
      const before = { settledBefore: 30, now: 0, limit: 1 };
      expect([await store.prune(before), await store.prune(before), await store.prune(before)]).toEqual([1, 1, 0]);
      expect(await store.get('a')).toBeUndefined();
      expect((await store.get('c'))?.state).toBe('settled');
      expect(await openIds(store)).toEqual(['open']);
      expect(await store.insert(runOf('a'))).toEqual({ kind: 'inserted' });
    }),
  );
}

async function openIds(store: Store, states?: readonly OpenState[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.open(states)) ids.push(id);
  return ids;
}

function durableTest(name: string, withStore: WithStore): void {
  test(
    `${name} still has everything after it was closed and opened anew`,
    withStore(async (store, { reopen }) => {
      if (reopen === undefined) throw new Error('A durable store under test needs `reopen`.');
      await store.insert(runOf('a'));
      await store.insert(runOf('b'));
      await store.update('b', { state: 'running', taskId: 't1' });
      await store.setConversation(THREAD, { taskId: 't1' });
      await store.write('k', 'one', { expiresAt: 10 });
      const kept = [await store.get('a'), await store.get('b')];
      const next = await reopen();
      expect([await next.get('a'), await next.get('b')]).toEqual(kept);
      expect(await next.insert(runOf('c', { source: 'source-a' }))).toEqual({ kind: 'known' });
      expect(await openIds(next)).toEqual(['a', 'b']);
      expect(await next.conversation(THREAD)).toEqual({ taskId: 't1' });
      expect(await next.read('k')).toBe('one');
    }),
  );
}
