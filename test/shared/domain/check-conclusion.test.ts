import { expect, test } from '@jest/globals';
import { checkConclusion } from '../../../shared/domain/check-conclusion.ts';

test('a check is red only for what the agent itself ended badly', () => {
  expect(checkConclusion('failed')).toBe('failure');
  for (const status of ['refused', 'lost'] as const) expect(checkConclusion(status)).toBe('neutral');
});

test('a check has no conclusion while its run goes on', () => {
  for (const status of ['queued', 'running'] as const) expect(checkConclusion(status)).toBeUndefined();
});
