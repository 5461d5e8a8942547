import { expect, test } from '@jest/globals';
import { isPrivileged, peopleBehind } from '../../../action/authorize/people-behind.ts';
import type { WorkflowEvent } from '../../../action/event.ts';

const ALICE = { login: 'alice', type: 'User' };
const MALLORY = { login: 'mallory', type: 'User' };
const GHOST = { login: '', type: '' };

function event(name: string, payload: unknown = {}): WorkflowEvent {
  return { name, payload, isPullRequest: false, fromFork: false, sender: '' };
}

function accounts(name: string, payload?: unknown): unknown[] {
  return peopleBehind(event(name, payload)).map(({ account }) => account);
}

test.each([
  'push',
  'pull_request',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'merge_group',
  'release',
  'create',
  'deployment_status',
  '',
])('nobody is asked about for "%s": it takes a right to cause, or has no secrets', (name) => {
  const payload = { sender: MALLORY, comment: { user: MALLORY } };
  expect(accounts(name, payload)).toEqual([]);
  expect(isPrivileged(event(name, payload))).toBe(false);
});

test.each(['fork', 'watch', 'gollum', 'milestone', 'made_up_later'])(
  'of "%s" it is whoever caused it, whose words they ever are',
  (name) => {
    const theirs = { user: MALLORY };
    const payload = { sender: ALICE, issue: theirs, pull_request: theirs, discussion: theirs };
    expect(accounts(name, payload)).toEqual([ALICE]);
    expect(isPrivileged(event(name, payload))).toBe(true);
  },
);

test.each([
  ['pull_request_target', 'pull_request', 'who wrote the pull request'],
  ['issues', 'issue', 'who wrote the issue'],
  ['discussion', 'discussion', 'who wrote the discussion'],
])('of "%s" it is also the author, unless somebody decides about it as it stands', (name, written, part) => {
  const payload = { sender: ALICE, [written]: { user: MALLORY } };
  for (const action of ['opened', 'edited', 'synchronize', 'reopened', 'transferred', 'made_up_later', undefined]) {
    expect(peopleBehind(event(name, { ...payload, action }))).toEqual([
      { account: MALLORY, part },
      { account: ALICE, part: 'who caused the event' },
    ]);
  }
  for (const action of ['labeled', 'assigned', 'review_requested', 'closed', 'locked'])
    expect(accounts(name, { ...payload, action })).toEqual([ALICE]);
  expect(accounts(name, { action: 'opened', sender: ALICE, [written]: { user: ALICE } })).toEqual([ALICE]);
  expect(isPrivileged(event(name, payload))).toBe(true);
});

test.each([
  ['issue_comment', 'comment'],
  ['discussion_comment', 'comment'],
  ['commit_comment', 'comment'],
  ['pull_request_review_comment', 'comment'],
  ['pull_request_review', 'review'],
])('of "%s" it is the author, and also whoever edits it', (name, written) => {
  expect(accounts(name, { sender: ALICE, [written]: { user: ALICE } })).toEqual([ALICE]);
  expect(accounts(name, { sender: ALICE, [written]: { user: MALLORY } })).toEqual([MALLORY, ALICE]);
  expect(accounts(name, { sender: MALLORY, [written]: { user: ALICE } })).toEqual([ALICE, MALLORY]);
  expect(isPrivileged(event(name))).toBe(true);
});

test.each([{}, null, [], { comment: null }, { comment: { user: 7 }, sender: 'alice' }, { sender: { login: {} } }])(
  'whom a payload does not name is an account without a name: %j',
  (payload) => {
    expect(accounts('issue_comment', payload)).toEqual([GHOST]);
    expect(accounts('pull_request_target', payload)).toEqual([GHOST]);
    expect(accounts('workflow_run', payload)).toEqual([GHOST]);
  },
);

test('a name that a payload inherits is no name', () => {
  expect(accounts('issues', JSON.parse('{"__proto__": {"sender": {"login": "alice", "type": "User"}}}'))).toEqual([
    GHOST,
  ]);
});

test.each([
  [
    'check_run',
    { check_run: { check_suite: { head_branch: 'main' } } },
    { check_run: { check_suite: { head_branch: null } } },
  ],
  ['check_suite', { check_suite: { head_branch: 'main' } }, { check_suite: { head_branch: null } }],
  ['status', { branches: [{ name: 'main' }] }, { branches: [] }],
])('of "%s" it is whoever caused it, unless the commit is of a branch of the repository itself', (name, own, fork) => {
  expect(accounts(name, { ...own, sender: MALLORY })).toEqual([]);
  expect(accounts(name, { ...fork, sender: MALLORY })).toEqual([MALLORY]);
  expect(accounts(name, {})).toEqual([GHOST]);
  expect(isPrivileged(event(name, own))).toBe(true);
});

function after(name: string, head: string | null = 'acme/api', repeatedBy = MALLORY): unknown[] {
  const run = {
    event: name,
    actor: MALLORY,
    triggering_actor: repeatedBy,
    head_repository: head === null ? null : { full_name: head },
  };
  return accounts('workflow_run', { sender: ALICE, repository: { full_name: 'acme/api' }, workflow_run: run });
}

test.each(['push', 'pull_request', 'schedule', 'workflow_dispatch'])(
  'nobody is asked about after a run on "%s" of the repository itself',
  (name) => {
    expect(after(name)).toEqual([]);
    expect(after(name, 'ACME/api')).toEqual([]);
  },
);

test.each([
  ['a fork’s pull request', 'pull_request', 'mallory/api'],
  ['the pull request of a fork that is gone', 'pull_request', null],
  ['a comment', 'issue_comment', 'acme/api'],
  ['a review', 'pull_request_review', 'acme/api'],
  ['a run that came after another', 'workflow_run', 'acme/api'],
  ['what another App said of a commit', 'check_run', 'acme/api'],
  ['an event that is not known', 'made_up_later', 'acme/api'],
  ['an event that is not named', '', 'acme/api'],
])('after %s it is whoever caused that run, and whoever repeated it', (_what, name, head) => {
  expect(after(name, head)).toEqual([MALLORY]);
  expect(after(name, head, ALICE)).toEqual([MALLORY, ALICE]);
});

test('what follows another run is privileged, whatever that ran on', () => {
  expect(isPrivileged(event('workflow_run'))).toBe(true);
});
