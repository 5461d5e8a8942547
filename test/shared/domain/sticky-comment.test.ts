import { beforeEach, describe, expect, test } from '@jest/globals';
import { BOT, FakeThreads, THREAD } from './fake-threads.ts';
import { findLastTask } from '../../../shared/domain/find-task.ts';
import { makeMarker, type MarkerPayload } from '../../../shared/domain/marker.ts';
import { upsertComment, type CommentRequest } from '../../../shared/domain/sticky-comment.ts';

const SECRET = 'rbk_secret';
let threads: FakeThreads;
beforeEach(() => {
  threads = new FakeThreads();
});

const request = (over: Partial<CommentRequest> = {}): CommentRequest => ({
  thread: THREAD,
  secret: SECRET,
  payload: { key: 'ci', taskId: 'task_1', runReference: 'rbr_1' },
  mode: 'sticky',
  body: (marker) => `Report\n\n${marker}\n`,
  ...over,
});

const marked = (payload: MarkerPayload, number = THREAD.number): string =>
  makeMarker(payload, { thread: { ...THREAD, number }, purpose: 'comment' }, SECRET);

const existing = (id: number, body: string, author = BOT): void => {
  threads.add({ id, body, author, url: `https://github.com/acme/app/issues/7#c${id}` });
};

describe('a sticky comment', () => {
  test('is created once and then updated, by later runs too', async () => {
    const first = await upsertComment(threads, request());
    const second = await upsertComment(threads, request({ payload: { key: 'ci', runReference: 'rbr_2' } }));
    expect(second).toMatchObject({ id: first.id, url: first.url });
    expect(threads.comments).toHaveLength(1);
  });

  test('is the newest of ours, not of another key, nor written by another, nor copied from another thread', async () => {
    existing(1, marked({ key: 'ci' }));
    existing(3, marked({ key: 'ci' }));
    existing(2, marked({ key: 'ci' }));
    existing(4, marked({ key: 'other' }));
    existing(5, marked({ key: 'ci' }), 'mallory');
    existing(6, marked({ key: 'ci' }, 8));
    await upsertComment(threads, request());
    expect(threads.writes).toEqual(['update comment 3']);
  });

  test('is found by the secret that its own replaces, and marked with the new one', async () => {
    const { id } = await upsertComment(threads, request());
    expect(await upsertComment(threads, request({ secret: ['new', SECRET] }))).toMatchObject({ id });
    expect(await upsertComment(threads, request({ secret: 'new' }))).toMatchObject({ id });
  });

  test('is written anew when somebody deletes it', async () => {
    const { id } = await upsertComment(threads, request());
    threads.comments = [];
    const again = await upsertComment(threads, request({ knownCommentId: id }));
    expect(threads.comments).toMatchObject([{ id: again.id }]);
  });

  test('is not looked for when its id is known', async () => {
    const { id } = await upsertComment(threads, request());
    threads.login = undefined;
    expect(await upsertComment(threads, request({ knownCommentId: id }))).toMatchObject({ id });
  });

  test('is not doubled when the answer to its creation is lost', async () => {
    threads.nextCreation = 'kept';
    const { id } = await upsertComment(threads, request());
    expect(threads.comments).toMatchObject([{ id }]);
  });

  test('is created after all when the lost creation did not happen', async () => {
    threads.nextCreation = 'dropped';
    await upsertComment(threads, request());
    expect(threads.comments).toHaveLength(1);
  });
});

test('in mode new each run has its own comment, and updates it', async () => {
  const run = (runReference: string) => request({ mode: 'new', payload: { key: 'ci', runReference } });
  await upsertComment(threads, run('rbr_1'));
  await upsertComment(threads, run('rbr_2'));
  await upsertComment(threads, run('rbr_1'));
  expect(threads.writes).toEqual(['create comment 101', 'create comment 102', 'update comment 101']);
});

test('when GitHub does not say who we are, nothing counts as ours, not even what a ghost wrote', async () => {
  threads.login = undefined;
  existing(1, marked({ key: 'ci' }), '');
  await upsertComment(threads, request());
  expect(threads.writes).toEqual(['create comment 101']);
});

describe('the last task of a thread', () => {
  test('is named by the newest of our comments that names one', async () => {
    existing(2, marked({ key: 'ci', taskId: 'task_2', runReference: 'rbr_2' }));
    existing(1, marked({ key: 'ci', taskId: 'task_1', runReference: 'rbr_1' }));
    existing(3, marked({ key: 'ci' }));
    existing(4, marked({ key: 'ci', taskId: 'task_evil' }), 'mallory');
    expect(await findLastTask(threads, { thread: THREAD, secret: SECRET })).toEqual({ taskId: 'task_2' });
    expect(await findLastTask(threads, { thread: THREAD, secret: SECRET, runReference: 'rbr_1' })).toEqual({
      taskId: 'task_1',
    });
    expect(await findLastTask(threads, { thread: THREAD, secret: SECRET, key: 'other' })).toBeUndefined();
  });

  test('is looked for under one key first, then under those that count besides', async () => {
    existing(1, marked({ key: 'a', taskId: 'task_a' }));
    existing(3, marked({ key: 'b', taskId: 'task_b3' }));
    existing(2, marked({ key: 'b', taskId: 'task_b2' }));
    existing(4, marked({ key: 'secret', taskId: 'task_s' }));
    const search = { thread: THREAD, secret: SECRET, elseKeys: (key: string) => key !== 'secret' };
    expect(await findLastTask(threads, { ...search, key: 'a' })).toEqual({ taskId: 'task_a' });
    expect(await findLastTask(threads, { ...search, key: 'c' })).toEqual({ taskId: 'task_b3' });
    expect(await findLastTask(threads, { thread: THREAD, secret: SECRET, key: 'c' })).toBeUndefined();
  });

  test('stays named while the next run has none yet: should that run die, the conversation is not lost', async () => {
    existing(1, marked({ key: 'ci', taskId: 'task_1', workspaceId: 'ws_1' }));
    await upsertComment(threads, request({ payload: { key: 'ci', runReference: 'rbr_2' } }));
    const found = await findLastTask(threads, { thread: THREAD, secret: SECRET });
    expect(found).toEqual({ taskId: 'task_1', workspaceId: 'ws_1' });
  });
});
