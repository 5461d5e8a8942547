import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { truncateMarkdown } from '../../../shared/render/truncate.ts';

const NOTICE = '_cut_';

test('what fits stays as it is', () => {
  expect(truncateMarkdown('a\n\nb', 4, NOTICE)).toBe('a\n\nb');
});

test.each([
  ['between paragraphs', `${'a'.repeat(30)}\n\n${'b'.repeat(30)}`, 45, `${'a'.repeat(30)}\n\n_cut_\n`],
  [
    'between lines, so no table row is halved',
    '| aaaaaaaa |\n| - |\n| bbbbbbbb |\n| cccccccc |',
    40,
    '| aaaaaaaa |\n| - |\n| bbbbbbbb |\n\n_cut_\n',
  ],
  ['between words', 'aaaa bbbb cccc dddd eeee ffff', 25, 'aaaa bbbb cccc\n\n_cut_\n'],
  ['between characters, never through one', '😀'.repeat(20), 21, `${'😀'.repeat(6)}\n\n_cut_\n`],
  [
    'with the fence closed',
    `\`\`\`\`js\n${'code\n'.repeat(20)}`,
    40,
    '````js\ncode\ncode\ncode\ncode\n````\n\n_cut_\n',
  ],
  [
    'with the fence in a list closed',
    `- a\n  ~~~\n${'  code\n'.repeat(20)}`,
    40,
    '- a\n  ~~~\n  code\n  code\n  ~~~\n\n_cut_\n',
  ],
  ['with details closed', `<details><summary>a</summary>\n\n${'b '.repeat(50)}`, 70, undefined],
])('a cut falls %s', (_name, markdown, limit, expected) => {
  const cut = truncateMarkdown(markdown, limit, NOTICE);
  expect(cut.length).toBeLessThanOrEqual(limit);
  if (expected === undefined) expect(cut).toMatch(/b\n\n<\/details>\n\n_cut_\n$/);
  else expect(cut).toBe(expected);
});

test('a fence inside a longer one, and ticks in a sentence, open nothing', () => {
  expect(truncateMarkdown(`\`\`\`\`\n\`\`\`\n\`\`\`\`\n${'x '.repeat(30)}`, 40, NOTICE)).not.toMatch(/`\n\n_cut/);
  expect(truncateMarkdown(`\`\`\`a\`\`\` ${'x '.repeat(30)}`, 40, NOTICE)).toMatch(/x\n\n_cut_\n$/);
});

test('the limit holds, whatever is cut', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\n\n',
    '```\n',
    '~~~',
    '<details>',
    '</details>',
    '😀',
    '> ',
    '| x |\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(80), (pieces, limit) => {
      const cut = truncateMarkdown(pieces.join(''), limit, NOTICE);
      expect(cut.length).toBeLessThanOrEqual(limit);
      expect(cut).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    }),
  );
});
