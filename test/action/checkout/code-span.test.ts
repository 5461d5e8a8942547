import { expect, test } from '@jest/globals';
import { codeSpan } from '../../../action/checkout/code-span.ts';

test('backticks in the text never end the span', () => {
  expect(codeSpan('main')).toBe('`main`');
  expect(codeSpan('a`b')).toBe('``a`b``');
  expect(codeSpan('`a``')).toBe('``` `a`` ```');
});

test('line ends and invisible characters become visible', () => {
  expect(codeSpan('a\n\n# b\u202E\u200Bc\r')).toBe('`a\uFFFD\uFFFD# b\uFFFD\uFFFDc\uFFFD`');
});
