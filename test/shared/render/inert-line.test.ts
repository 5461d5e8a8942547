import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { restingScheduleAnswer } from '../../../shared/render/answers.ts';
import { inertLine } from '../../../shared/render/inert-line.ts';
import { proseNodes, toHtml } from './visible-text.ts';

const SPLIT = '&#8203;';
const IMAGE = '![x](https://e.example/?s)';

test.each([
  ['keeps plain words', 'Unknown key `@a`, see #1 & <2>', 'Unknown key `@a`, see #1 & <2>'],
  ['is one line', ' a\n\n  b ', 'a b'],
  ['holds no mention', '@octocat', `@${SPLIT}octocat`],
  ['begins with no command', '/merge now', `/${SPLIT}merge now`],
  ['opens no fence', `~~~ @octocat ${IMAGE}`, `~~~ @${SPLIT}octocat [x](https://e.example/?s)`],
  ['is no code by indentation once comments are gone', `${'<!-- --> '.repeat(5)}${IMAGE}`, '[x](https://e.example/?s)'],
  [
    'is code when each pass over it would uncover another comment',
    `${'<'.repeat(13)}!-- -->${'!-- -->'.repeat(12)}`,
    `\`${'<'.repeat(13)}!-- -->${'!-- -->'.repeat(12)}\``,
  ],
  ['shows tags', '<details>`@octocat `', '&lt;details>`@octocat `'],
])('a line by somebody else %s', (_name, words, line) => {
  expect(inertLine(words)).toBe(line);
});

test('what a broken configuration is told about has no live words, wherever they stand', () => {
  const messages = [`~~~ @octocat ${IMAGE}`, `${'<!-- --> '.repeat(5)}@octocat ${IMAGE}`, `    @octocat ${IMAGE}`];
  const problems = messages.flatMap((message) => [{ message }, { line: 1, message }]);
  const html = toHtml(restingScheduleAnswer({ kind: 'broken', path: 'a', url: 'https://e.example/a', problems }));
  expect(html).not.toContain('<img');
  for (const node of proseNodes(html)) expect(node).not.toContain('@octocat');
});

const PIECES = [
  '@octocat ',
  IMAGE,
  '<!-- -->',
  ' ',
  '~~~',
  '```',
  '`',
  '- ',
  '1. ',
  '> ',
  '# ',
  '    ',
  '<details>',
  '[x]: /u ',
];
const pieces = fc.constantFrom(...PIECES);

test('in a sentence, an item or a cell nothing in it is live', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
      const line = inertLine(parts.join(''));
      for (const text of [`Refused: ${line}`, `- ${line}`, `| a |\n| - |\n| ${line} |`]) {
        const html = toHtml(text);
        expect(html).not.toContain('<img');
        for (const node of proseNodes(html)) expect(node).not.toContain('@octocat');
      }
    }),
    { numRuns: 200 },
  );
});
