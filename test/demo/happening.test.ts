import { expect, test } from '@jest/globals';
import { happeningOf } from '../../demo/happening.ts';
import type { Call } from '../../emulator/github/index.ts';

const login = 'rebyte[bot]';

function call(part: Partial<Call>): Call {
  return { method: 'POST', path: '/repos/o/r/issues/7/comments', query: '', body: {}, login, status: 201, ...part };
}

test('a comment is written, then edited', () => {
  const response = { id: 5, body: 'Working' };
  expect(happeningOf(call({ response }))).toEqual({ kind: 'comment', login, id: 5, body: 'Working', edited: false });
  const edit = call({ method: 'PATCH', path: '/repos/o/r/issues/comments/5', status: 200, response });
  expect(happeningOf(edit)).toMatchObject({ id: 5, edited: true });
});

test('a reaction names the comment that it is on', () => {
  const path = '/repos/o/r/issues/comments/5/reactions';
  expect(happeningOf(call({ path, body: { content: 'eyes' } }))).toEqual({
    kind: 'reaction',
    login,
    commentId: 5,
    content: 'eyes',
  });
});

test('a check is open until it has a conclusion', () => {
  const open = call({ path: '/repos/o/r/check-runs', body: { output: { title: 'Working' } } });
  expect(happeningOf(open)).toEqual({ kind: 'check', login, title: 'Working', conclusion: undefined });
  const end = call({ method: 'PATCH', path: '/repos/o/r/check-runs/9', body: { conclusion: 'success' } });
  expect(happeningOf(end)).toMatchObject({ conclusion: 'success' });
});

test('nothing has happened when GitHub was only read, refused, or is still answering', () => {
  expect(happeningOf(call({ method: 'GET', status: 200 }))).toBeUndefined();
  expect(happeningOf(call({ status: 403 }))).toBeUndefined();
  const { status: _, ...unanswered } = call({});
  expect(happeningOf(unanswered)).toBeUndefined();
  expect(happeningOf(call({ login: null }))).toBeUndefined();
});
