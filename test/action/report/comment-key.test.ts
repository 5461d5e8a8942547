import { expect, test } from '@jest/globals';
import { commentKey, isKeyOfWorkflow } from '../../../action/report/comment-key.ts';

const REVIEW = {
  repository: 'acme/api',
  workflow: 'Review',
  workflowRef: 'acme/api/.github/workflows/review.yml@refs/pull/7/merge',
  job: 'review',
};

function key(changes: Partial<typeof REVIEW> = {}, commentKeyInput = ''): string {
  return commentKey({ commentKey: commentKeyInput }, { ...REVIEW, ...changes });
}

test('the key that somebody chose is the key, and no workflow’s', () => {
  expect(key({}, 'security')).toBe('security');
  expect(isKeyOfWorkflow('security')).toBe(false);
});

test('without one it is the workflow’s file and the job, whatever the ref and the workflow’s name', () => {
  const expected = 'workflow:.github/workflows/review.yml#review';
  expect(key()).toBe(expected);
  expect(key({ workflow: 'Renamed' })).toBe(expected);
  expect(key({ workflowRef: 'acme/api/.github/workflows/review.yml@refs/heads/a@refs/b' })).toBe(expected);
  expect(isKeyOfWorkflow(expected)).toBe(true);
});

test('another file, another job and another repository’s workflow have others', () => {
  const others = [
    key({ workflowRef: 'acme/api/.github/workflows/fix.yml@refs/pull/7/merge' }),
    key({ job: 'fix' }),
    key({ workflowRef: 'acme/shared/.github/workflows/review.yml@refs/heads/main' }),
  ];
  expect(new Set([key(), ...others]).size).toBe(4);
});

test('where the runner names no file, the workflow’s name stands for it', () => {
  expect(key({ workflowRef: '' })).toBe('workflow:Review#review');
});
