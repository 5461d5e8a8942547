import type { Tree } from '@lezer/common';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseBlocks } from '../../../shared/render/block-parser.ts';

const PARTS = [
  ['\n', '\n\n', '\n    ', '\n\n    ', '\n  ', ' ', '\t', '- ', '-\n', '* ', '1. ', '2) ', '> ', '>\n', '- > '],
  [
    '`',
    '```\n',
    '\n```\n',
    '~~~',
    '\n~~~js\n',
    '# ',
    '\n===\n',
    '\n---\n',
    '***\n',
    '|',
    '\n-|\n',
    '\n    a\n\n\n    b',
  ],
  [
    '<div>\n',
    '</div>\n',
    '<!--',
    '-->\n',
    '<pre>\n',
    '<br>\n',
    '[x]: /u\n',
    '[^1]: ',
    '\n\n[^1]: b\n\n    ',
    'a',
    'b c',
  ],
].flat();
const PARTED = /^(?:Document|BulletList|OrderedList|Blockquote)$/;
const NESTING = /^(?:Blockquote|ListItem|Footnote)$/;
const markdown = fc.array(fc.constantFrom(...PARTS), { maxLength: 40 }).map((parts) => parts.join(''));

function blocksOf(text: string, pieceChars: number): string[] {
  return [...parseBlocks(text, pieceChars)].flatMap((tree) => (tree === undefined ? ['too deep'] : nodesOf(tree)));
}

/** All but lists and quotes, which may come in several parts; of each how many quotes and items it is in. */
function nodesOf(tree: Tree): string[] {
  const nodes: string[] = [];
  const open: string[] = [];
  tree.iterate({
    enter({ name, from, to }) {
      if (!PARTED.test(name)) nodes.push(`${open.join('')} ${name} ${from} ${to}`);
      if (NESTING.test(name)) open.push(name.charAt(0));
    },
    leave({ name }) {
      if (NESTING.test(name)) open.pop();
    },
  });
  return nodes;
}

test('a text that is read in pieces has the blocks that it has as a whole', () => {
  fc.assert(
    fc.property(markdown, fc.constantFrom(1, 7, 30), (text, pieceChars) => {
      expect(blocksOf(text, pieceChars)).toEqual(blocksOf(text, Infinity));
    }),
    { numRuns: 2_000, examples: [['>\n> <!--', 1]] },
  );
});

test('no piece ends where an item, a footnote, code or HTML goes on', () => {
  const texts = ['- a\n\n  b\n\n      c\n', '[^1]: a\n\n    b\n', '```\na\n\nb\n```\n', '<pre>\na\n\nb\n</pre>\n'];
  for (const text of texts) expect([...parseBlocks(text, 1)]).toHaveLength(1);
});

test.each(['a\n\n', '# a\n', '- a\n', '- a\n\n', '> a\n\n', '> - a\n', '[^a]: b\n\n', '```\n\n```\n'])(
  'a text of nothing but %j is read in pieces',
  (part) => {
    expect([...parseBlocks(part.repeat(100), 50)].length).toBeGreaterThan(3);
  },
);

test('what nests too deep in a later piece is said last', () => {
  expect(blocksOf(`a\n\n${'> '.repeat(200)}b\n\nc`, 1)).toEqual([' Paragraph 0 1', 'too deep']);
});
