import { expect, test } from '@jest/globals';
import type { RunRecord } from '../../shared/model/run-record.ts';
import type { OpenState, Store } from '../../shared/ports/store.ts';
import { aRun, aTrigger } from './records.ts';
import { settle } from './settle.ts';
import type { WithStore } from './store-under-test.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

/** A run that was submitted `minutesAgo`, and runs. */
function running(id: string, minutesAgo: number, changes: Partial<RunRecord> = {}): RunRecord {
  const submittedAt = NOW - minutesAgo * MINUTE;
  return waiting(id, minutesAgo, { state: 'running', taskId: `task of ${id}`, submittedAt, ...changes });
}

/** A run that was accepted `minutesAgo`, and has not left. */
function waiting(id: string, minutesAgo: number, changes: Partial<RunRecord> = {}): RunRecord {
  const trigger = aTrigger({ sourceId: `source of ${id}` });
  return aRun({ id, trigger, createdAt: NOW - minutesAgo * MINUTE, ...changes });
}

async function store(into: Store, ...runs: readonly RunRecord[]): Promise<void> {
  for (const run of runs) await into.insert(run);
}

async function dueIds(from: Store, now: number, state: OpenState = 'running', limit = 10): Promise<readonly string[]> {
  return (await from.due({ state, now, limit })).map(({ id }) => id);
}

/** What every {@link import('../../shared/ports/store.ts').LookStore} keeps to. */
export function lookConformance(withStore: WithStore): void {
  dueTests(withStore);
  movingTests(withStore);
}

function dueTests(withStore: WithStore): void {
  test(
    'a run is due a minute after it was submitted, and two after it was accepted if it has not left; longest first',
    withStore(async (under) => {
      await store(under, running('b', 1), running('a', 2), running('too young', 0.9));
      await store(under, waiting('c', 2), waiting('too fresh', 1.9));
      expect(await dueIds(under, NOW)).toEqual(['a', 'b']);
      expect(await dueIds(under, NOW, 'running', 1)).toEqual(['a']);
      expect([await dueIds(under, NOW, 'received'), await dueIds(under, NOW, 'submitting')]).toEqual([['c'], []]);
    }),
  );

  test(
    'a run that is due is told with what decides, and nothing else',
    withStore(async (under) => {
      await store(under, running('a', 5, { deadlineAt: NOW + 1, askedAt: NOW - 3 * MINUTE }), waiting('b', 3));
      const [began, asked] = [NOW - 5 * MINUTE, NOW - 3 * MINUTE];
      expect(await under.due({ state: 'running', now: NOW, limit: 1 })).toEqual([
        {
          id: 'a',
          state: 'running',
          taskId: 'task of a',
          owner: 'acme',
          beganAt: began,
          askedAt: asked,
          overdueAt: NOW + 1,
        },
      ]);
      const accepted = NOW - 3 * MINUTE;
      expect(await under.due({ state: 'received', now: NOW, limit: 1 })).toEqual([
        { id: 'b', state: 'received', owner: 'acme', beganAt: accepted, askedAt: accepted, overdueAt: NOW - MINUTE },
      ]);
    }),
  );

  test(
    'runs are found by task when they are due, and only running ones',
    withStore(async (under) => {
      await store(
        under,
        running('a', 2),
        running('b', 2),
        running('c', 0),
        running('d', 2),
        running('without', 9, { deadlineAt: 0 }),
      );
      await settle(under, 'd', NOW);
      const found = await under.dueOfTasks(['task of a', 'task of c', 'task of d', 'nobody'], NOW);
      expect(found.map(({ id, overdueAt }) => ({ id, overdueAt }))).toEqual([{ id: 'a', overdueAt: Infinity }]);
      expect(await under.dueOfTasks([], NOW)).toEqual([]);
    }),
  );

  test(
    'due runs are counted by account, whatever the case of its name',
    withStore(async (under) => {
      const of = (owner: string, repo: string) => ({ owner, repo });
      const inRepo = (id: string, minutesAgo: number, owner: string, repo: string) =>
        running(id, minutesAgo, { trigger: aTrigger({ sourceId: id, repository: of(owner, repo) }) });
      await store(under, inRepo('a', 2, 'acme', 'app'), inRepo('b', 3, 'Acme', 'site'), inRepo('c', 4, 'other', 'app'));
      await store(under, inRepo('not due', 0, 'third', 'app'));
      const counted = [...(await under.dueAccounts(NOW))].toSorted((a, b) => a.owner.localeCompare(b.owner));
      expect(counted).toEqual([
        { owner: 'acme', runs: 2, beganAt: NOW - 3 * MINUTE },
        { owner: 'other', runs: 1, beganAt: NOW - 4 * MINUTE },
      ]);
    }),
  );
}

function movingTests(withStore: WithStore): void {
  test(
    'a run that is put off is due again then, also when something else of it changes meanwhile',
    withStore(async (under) => {
      await store(under, running('a', 2), running('b', 2));
      await under.putOff(['a'], NOW + MINUTE);
      await under.putOff([], NOW);
      await under.update('a', { report: { commentId: 1 }, notes: ['read'] });
      expect(await dueIds(under, NOW)).toEqual(['b']);
      expect(await dueIds(under, NOW + MINUTE - 1)).toEqual(['b']);
      expect(await dueIds(under, NOW + MINUTE)).toEqual(['b', 'a']);
    }),
  );

  test(
    'news decide anew when a run is looked after, and a settled run is not',
    withStore(async (under) => {
      await store(under, running('stopped', 2), running('asked', 2), running('ended', 2), waiting('sent', 5));
      await under.putOff(['stopped', 'asked', 'ended'], NOW + 9 * MINUTE);
      await under.update('stopped', { stopping: { reason: 'task_canceled', message: '' } });
      await under.update('asked', { askedAt: NOW });
      await settle(under, 'ended', NOW);
      await under.update('sent', { state: 'running', taskId: 't', submittedAt: NOW });
      await under.putOff(['ended'], NOW);
      expect(await dueIds(under, NOW)).toEqual(['stopped']);
      expect(await dueIds(under, NOW + MINUTE)).toEqual(['stopped', 'asked', 'sent']);
      expect(await dueIds(under, NOW, 'received')).toEqual([]);
    }),
  );

  test(
    'every look can be brought forward, of more runs than one step takes; what is due before stays before',
    withStore(async (under) => {
      const many = Array.from({ length: 1_100 }, (_, index) => running(`run-${index}`, 0));
      // A few at once: the last of a thousand could wait for a connection for longer than a store may.
      for (let from = 0; from < many.length; from += 50)
        await Promise.all(many.slice(from, from + 50).map(async (run) => await under.insert(run)));
      await store(under, running('due', 2), waiting('w', 0));
      await under.bringForward({ laterThan: NOW + MINUTE, to: NOW });
      expect(await dueIds(under, NOW)).toEqual(['due']);
      await under.bringForward({ laterThan: NOW, to: NOW });
      expect((await dueIds(under, NOW, 'running', 2_000)).length).toBe(1_101);
      expect((await dueIds(under, NOW))[0]).toBe('due');
      expect(await dueIds(under, NOW, 'received')).toEqual(['w']);
    }),
  );

  test(
    'a look is brought forward once, even when it is asked for a later moment',
    withStore(async (under) => {
      await store(under, running('a', 2));
      await under.bringForward({ laterThan: 0, to: NOW });
      expect(await dueIds(under, NOW)).toEqual(['a']);
    }),
  );
}
