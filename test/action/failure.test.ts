import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { failureOf } from '../../action/failure.ts';

test('what the operating system refuses is the runner’s trouble, and no defect of the Action', async () => {
  const error: unknown = await readFile('/there/is/no/such/file').catch((cause: unknown) => cause);
  expect(failureOf(error)).toMatchObject({ reason: 'runner_failed', message: expect.stringContaining('ENOENT') });
});

test('anything unforeseen is a defect of the Action', () => {
  expect(failureOf(new TypeError('x is undefined')).reason).toBe('internal_error');
});
