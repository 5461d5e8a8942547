import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { runOf, THREAD } from './run-of.ts';
import { settle } from './settle.ts';
import type { WithStore } from './store-under-test.ts';

/** What every store has to remember besides runs. */
export function noteConformance(withStore: WithStore): void {
  test(
    'what a thread goes on with, for as long as any of its runs is kept',
    withStore(async (store) => {
      const other = { ...THREAD, number: 8 };
      await store.setConversation(THREAD, { taskId: 't1' });
      await store.setConversation(other, { taskId: 't2' });
      for (const [id, at] of Object.entries({ old: 10, young: 30 })) {
        await store.insert(runOf(id));
        await settle(store, id, at);
      }
      await store.insert(runOf('elsewhere', { thread: other }));
      await settle(store, 'elsewhere', 10);
      expect(await store.prune({ settledBefore: 20, now: 0, limit: 10 })).toBe(2);
      expect([await store.conversation(THREAD), await store.conversation(other)]).toEqual([
        { taskId: 't1' },
        undefined,
      ]);
      await store.insert(runOf('open'));
      await store.prune({ settledBefore: 40, now: 0, limit: 10 });
      expect(await store.conversation(THREAD)).toEqual({ taskId: 't1' });
      await settle(store, 'open', 50);
      expect(await store.prune({ settledBefore: 60, now: 0, limit: 10 })).toBe(1);
      expect(await store.conversation(THREAD)).toBeUndefined();
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
    'every text, whatever characters are in it',
    withStore(async (store) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
          await store.write('text', `${text}\u0000\ud800 end`);
          expect(await store.read('text')).toBe(`${text}\u0000\ud800 end`);
        }),
        { numRuns: 30 },
      );
      const run = runOf('hostile', {}, { notes: ['a\u0000b\ud800c'] });
      await store.insert(run);
      expect(await store.get('hostile')).toEqual(run);
    }),
  );

  test(
    'values by key, at least until they expire',
    withStore(async (store) => {
      expect(await store.read('k')).toBeUndefined();
      await store.write('k', 'one');
      await store.write('k', 'two');
      expect(await store.read('k')).toBe('two');
      await store.write('k', undefined);
      expect(await store.read('k')).toBeUndefined();
      await store.write('never there', undefined);
      await store.write('brief', 'one', { expiresAt: 10 });
      await store.write('long', 'one', { expiresAt: 20 });
      await store.write('kept', 'one');
      expect(await store.prune({ settledBefore: 0, now: 15, limit: 10 })).toBe(1);
      expect([await store.read('brief'), await store.read('long'), await store.read('kept')]).toEqual([
        undefined,
        'one',
        'one',
      ]);
    }),
  );
}
