import { expect, test } from '@jest/globals';
import { wholeWords } from '../../../shared/model/whole-words.ts';

test('a short text stays as it is', () => {
  expect(wholeWords('all of it', 9)).toBe('all of it');
});

test.each([
  ['the key is rbk_0123456789', 15, 'the key is '],
  ['<p>ghs_0123456789</p>', 10, '<p>'],
  ['https://x.example/?sig=0123456789', 28, 'https://x.example/?'],
  ['0123456789', 5, ''],
])('%j is never cut inside of a word', (text, maxChars, start) => {
  expect(wholeWords(text, maxChars)).toBe(start);
});
