import { expect, test } from '@jest/globals';
import { didYouMean, KNOWN_EXECUTORS } from '../../../shared/rebyte/index.ts';
import { modelWarnings } from '../../../shared/rebyte/known-models.ts';

test.each([
  ['cluade', 'claude'],
  ['Codx', 'codex'],
  ['gemni', 'gemini'],
  ['banana', undefined],
  ['', undefined],
])('%j means %j', (word, meant) => {
  expect(didYouMean(word, KNOWN_EXECUTORS)).toBe(meant);
});

test('known choices draw no warning', () => {
  expect(modelWarnings(undefined, undefined)).toEqual([]);
  expect(modelWarnings('opencode', 'gemini-3.1-pro')).toEqual([]);
  expect(modelWarnings(undefined, 'gpt-5.4')).toEqual([]);
});

test('a model of another executor, a misspelt one and an unknown executor each draw one warning', () => {
  expect(modelWarnings('gemini', 'gpt-5.4')).toHaveLength(1);
  expect(modelWarnings('claude', 'claude-sonet-4.6')[0]).toContain('Did you mean "claude-sonnet-4.6"?');
  expect(modelWarnings('lama', 'whatever')).toEqual([expect.stringContaining('claude, codex, gemini, opencode')]);
});
