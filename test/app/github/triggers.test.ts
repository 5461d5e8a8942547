import { describe, expect, test } from '@jest/globals';
import { assert, constantFrom, jsonValue, property } from 'fast-check';
import { commentTrigger } from '../../../app/github/comment-trigger.ts';
import { changedConfigOf } from '../../../app/github/config-push.ts';
import { reviewCommentTrigger, reviewTrigger } from '../../../app/github/review-trigger.ts';
import { openingHash } from '../../../shared/domain/prompting/since-command.ts';
import { labeledTrigger, openedTrigger, threadClosed } from '../../../app/github/thread-trigger.ts';

const ENVELOPE = {
  installation: { id: 11, node_id: 'x' },
  repository: {
    id: 1,
    name: 'app',
    full_name: 'acme/app',
    owner: { login: 'acme', type: 'Organization' },
    default_branch: 'main',
  },
  sender: { login: 'grace', type: 'User' },
};
const ADA = { login: 'ada', type: 'User' };
const PLACE = {
  deliveryId: 'guid-1',
  installationId: 11,
  repository: { owner: 'acme', repo: 'app' },
  defaultBranch: 'main',
  thread: { owner: 'acme', repo: 'app', number: 7 },
  receivedAt: 5,
};
const deliveryOf = (payload: object) => ({ id: 'guid-1', payload: { ...ENVELOPE, ...payload }, receivedAt: 5 });
const COMMENT = { id: 501, node_id: 'IC_1', body: '/rebyte fix', html_url: 'https://github.com/c', user: ADA };
const ISSUE = {
  number: 7,
  node_id: 'I_7',
  body: '/rebyte fix',
  html_url: 'https://github.com/i',
  user: ADA,
  updated_at: 'T1',
};
const SEEN = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const PULL = { number: 7, head: { sha: HEAD } };

describe('what happened on GitHub', () => {
  test('is a comment on an issue', () => {
    expect(commentTrigger(deliveryOf({ comment: COMMENT, issue: { number: 7 } }))).toEqual({
      kind: 'comment',
      ...PLACE,
      isPullRequest: false,
      sourceId: 'IC_1',
      reactTo: { kind: 'comment', id: 501 },
      text: '/rebyte fix',
      url: 'https://github.com/c',
      sender: ADA,
    });
  });

  test('is a comment on a pull request, which GitHub tells by a field of the issue', () => {
    const trigger = commentTrigger(deliveryOf({ comment: COMMENT, issue: { number: 7, pull_request: { url: 'x' } } }));
    expect(trigger.isPullRequest).toBe(true);
  });

  test('is a review, whose text can be missing and which takes no reaction', () => {
    const review = { ...COMMENT, node_id: 'PRR_1', body: null };
    const trigger = reviewTrigger(deliveryOf({ review, pull_request: { number: 7 } }));
    expect(trigger).toMatchObject({ kind: 'review', sourceId: 'PRR_1', text: '', isPullRequest: true });
    expect(trigger).not.toHaveProperty('reactTo');
  });

  test('is a comment on lines of a diff, and says which', () => {
    const comment = { ...COMMENT, path: 'src/a.ts', line: 9, start_line: 7, side: 'RIGHT', diff_hunk: '@@ -1 +1 @@' };
    expect(reviewCommentTrigger(deliveryOf({ comment, pull_request: { number: 7 } }))).toMatchObject({
      reactTo: { kind: 'review_comment', id: 501 },
      place: { path: 'src/a.ts', line: 9, startLine: 7, side: 'RIGHT', diffHunk: '@@ -1 +1 @@' },
    });
  });

  test('is a comment on a line that is gone, or on a whole file', () => {
    const outdated = { ...COMMENT, path: 'a.ts', line: null, original_line: 3, start_line: null, side: null };
    const onFile = { ...COMMENT, path: 'a.ts' };
    const placeOf = (comment: object) =>
      reviewCommentTrigger(deliveryOf({ comment, pull_request: { number: 7 } })).place;
    expect([placeOf(outdated), placeOf(onFile)]).toEqual([{ path: 'a.ts', line: 3 }, { path: 'a.ts' }]);
  });

  test('is an issue opened by its author, or labelled by whoever put the label on', () => {
    expect(openedTrigger(deliveryOf({ sender: ADA, issue: ISSUE }))).toMatchObject({
      kind: 'opened',
      text: '/rebyte fix',
      sender: ADA,
    });
    const labeled = labeledTrigger(deliveryOf({ pull_request: ISSUE, label: { id: 3, name: 'agent' } }));
    expect(labeled).toMatchObject({ kind: 'labeled', label: 'agent', text: '', isPullRequest: true });
    expect(labeled.sender).toEqual(ENVELOPE.sender);
    expect(labeled.reactTo).toEqual({ kind: 'thread', id: 7 });
  });

  test('is nothing when somebody else opens what an author wrote, as by a transfer: the text may be changed by then', () => {
    const moved = deliveryOf({ sender: { login: 'eve', type: 'User' }, issue: ISSUE });
    expect(openedTrigger(moved)).toBeUndefined();
  });

  test('is a label put on at another time, or another label, and not another delivery of the same', () => {
    const sourceOf = (id: string, changes: object = {}, label = { id: 3, name: 'agent' }) =>
      labeledTrigger({ ...deliveryOf({ issue: { ...ISSUE, ...changes }, label }), id }).sourceId;
    const source = sourceOf('guid-1');
    expect(sourceOf('guid-2')).toBe(source);
    const others = [sourceOf('guid-1', { updated_at: 'T2' }), sourceOf('guid-1', {}, { id: 4, name: 'agent' }), 'I_7'];
    expect(new Set([source, ...others]).size).toBe(4);
  });

  test.each([
    ['a new pull request', () => openedTrigger(deliveryOf({ sender: ADA, pull_request: { ...ISSUE, ...PULL } })), HEAD],
    ['a label on one', () => labeledTrigger(deliveryOf({ pull_request: { ...ISSUE, ...PULL } })), HEAD],
    [
      'a review',
      () => reviewTrigger(deliveryOf({ review: { ...COMMENT, commit_id: SEEN }, pull_request: PULL })),
      SEEN,
    ],
    ['a review that names none', () => reviewTrigger(deliveryOf({ review: COMMENT, pull_request: PULL })), HEAD],
    [
      'a comment on a line, which may be of an old commit',
      () =>
        reviewCommentTrigger(deliveryOf({ comment: { ...COMMENT, path: 'a', commit_id: SEEN }, pull_request: PULL })),
      HEAD,
    ],
  ])('on %s is bound to the commit that the sender saw', (_, read, sha) => {
    expect(read()?.headSha).toBe(sha);
  });

  test.each([
    [
      'a comment',
      (thread: object, at: string) =>
        commentTrigger(deliveryOf({ comment: { ...COMMENT, created_at: at }, issue: thread })),
    ],
    [
      'a review',
      (thread: object, at: string) =>
        reviewTrigger(deliveryOf({ review: { ...COMMENT, submitted_at: at }, pull_request: thread })),
    ],
    [
      'a comment on a line',
      (thread: object, at: string) =>
        reviewCommentTrigger(deliveryOf({ comment: { ...COMMENT, path: 'a', created_at: at }, pull_request: thread })),
    ],
    [
      'a new issue',
      (thread: object, at: string) => openedTrigger(deliveryOf({ sender: ADA, issue: { ...thread, created_at: at } })),
    ],
    ['a label', (thread: object, at: string) => labeledTrigger(deliveryOf({ issue: { ...thread, updated_at: at } }))],
  ])('on %s says when it was, and what the thread began with', (_, read) => {
    const thread = { ...ISSUE, title: 'It counts wrong', body: null };
    expect(read(thread, '2026-03-01T12:00:00Z')).toMatchObject({
      happenedAt: Date.parse('2026-03-01T12:00:00Z'),
      openingSha256: openingHash('It counts wrong', ''),
    });
    for (const strange of [
      { ...thread, title: 7 },
      { ...thread, title: undefined },
    ]) {
      expect(read(strange, 'yesterday')).not.toHaveProperty('happenedAt');
      expect(read(strange, 'yesterday')).not.toHaveProperty('openingSha256');
    }
  });

  test.each(['b'.repeat(39), 'B'.repeat(40), '$(reboot)', `${HEAD} `, 7, null])(
    'is bound to no commit when the delivery names %j',
    (sha) => {
      expect(openedTrigger(deliveryOf({ sender: ADA, pull_request: { ...ISSUE, head: { sha } } }))).not.toHaveProperty(
        'headSha',
      );
      const review = { ...COMMENT, commit_id: sha };
      const trigger = reviewTrigger(deliveryOf({ review, pull_request: { number: 7, head: null } }));
      expect(trigger).not.toHaveProperty('headSha');
    },
  );

  test('is a thread that was closed', () => {
    const { deliveryId, installationId, thread } = PLACE;
    const closed = (at: unknown) => threadClosed(deliveryOf({ pull_request: { ...ISSUE, closed_at: at } }));
    const happenedAt = Date.parse('2026-03-01T12:00:00Z');
    expect(closed('2026-03-01T12:00:00Z')).toEqual({ deliveryId, installationId, thread, happenedAt });
    for (const at of [null, undefined, 'yesterday']) expect(closed(at)).toEqual({ deliveryId, installationId, thread });
  });

  test('was done by an account that is gone', () => {
    const trigger = commentTrigger(deliveryOf({ comment: { ...COMMENT, user: null }, issue: { number: 7 } }));
    expect(trigger.sender).toEqual({ login: '', type: '' });
  });
});

describe('a push', () => {
  const push = (changes: object) => changedConfigOf(deliveryOf({ ref: 'refs/heads/main', ...changes }));
  const touching = { added: [], modified: ['.github/rebyte.yml'], removed: [] };

  test('that touches the config on the default branch is told', () => {
    expect(push({ commits: [{ added: ['README.md'] }, touching] })).toEqual({ owner: 'acme', repo: 'app' });
    expect(push({ forced: true, commits: [] })).toBeDefined();
  });

  test('elsewhere, or of something else, is not', () => {
    expect(push({ ref: 'refs/heads/feature', commits: [touching] })).toBeUndefined();
    expect(push({ commits: [{ modified: ['src/.github/rebyte.yml'] }] })).toBeUndefined();
  });
});

test.each([
  ['an owner that is a path', { repository: { ...ENVELOPE.repository, owner: { login: '../..' } } }],
  ['a repository that is a path', { repository: { ...ENVELOPE.repository, name: 'a/b' } }],
  ['a number that is none', { issue: { number: '7' } }],
  ['no installation', { installation: undefined }],
])('%s is not believed', (_, changes) => {
  expect(() => commentTrigger(deliveryOf({ comment: COMMENT, issue: { number: 7 }, ...changes }))).toThrow();
});

test('whatever else comes is either understood or refused with an error', () => {
  const readers = [commentTrigger, reviewTrigger, reviewCommentTrigger, openedTrigger, labeledTrigger, threadClosed];
  assert(
    property(constantFrom(...readers), jsonValue({ maxDepth: 5 }), (read, payload) => {
      try {
        read({ id: 'guid-1', payload, receivedAt: 0 });
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 200 },
  );
});
