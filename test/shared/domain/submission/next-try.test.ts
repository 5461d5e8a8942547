import { expect, test } from '@jest/globals';
import { nextTryAfter } from '../../../../shared/domain/submission/next-try.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';

const LIMIT = { method: 'GET', path: '/x', status: 403, passes: true, retryAfterMs: 2_400_000 };

test.each([
  ['a job that asked for later', new TryLater('', 2_000), 2_000],
  ['a job that met a spent limit', new ForgeError('', LIMIT), 2_400_000],
  ['a job that failed', new Error('a defect'), 0],
])('%s is tried no earlier than that', (_name, error, ms) => {
  expect(nextTryAfter(error, 1_000)).toBe(1_000 + ms);
});
