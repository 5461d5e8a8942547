import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { inertLine, logLines } from '../../../action/log/inert-text.ts';

test.each([
  ['::error::boo', ':\u200b:error::boo'],
  ['  ::set-output name=x::y', '  :\u200b:set-output name=x::y'],
  ['words ##[error]boo', 'words ##\u200b[error]boo'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007', 'link'],
  ['\u001b[2J\u001b[1;1Hgone', 'gone'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['a::b, and plain ## [text]', 'a::b, and plain ## [text]'],
])('makes %j inert', (line, inert) => {
  expect(inertLine(line)).toBe(inert);
});

test('leaves no command in any text, also not one that removing something would bring together', () => {
  const pieces = fc.constantFrom(
    ':',
    '::',
    '#',
    '##',
    '[',
    '##[',
    'error',
    '\u001b[0m',
    '\u0000',
    '\u202e',
    ' ',
    '\t',
    'x',
    '\u0085',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const line = inertLine(parts.join(''));
      expect(line.trimStart().startsWith('::')).toBe(false);
      expect(line).not.toContain('##[');
    }),
  );
});

test('cuts a line that drowns the log', () => {
  expect(inertLine('x'.repeat(10_000))).toMatch(/^x{4000} … \(10000 characters\)$/);
});

test('ends a line where a terminal would go back to its start', () => {
  expect(logLines('safe\r::error::boo\r\nnext\u2028last')).toEqual(['safe', '::error::boo', 'next', 'last']);
});

test('a secret that escape sequences had cut is masked once they are gone, and none is cut', () => {
  const mask = (text: string): string => text.replaceAll('secret', '***');
  expect(inertLine('a se\u001b[0mcr\u0000et', mask)).toBe('a ***');
  expect(inertLine(`${'x'.repeat(3_997)}secret`, mask)).toBe(`${'x'.repeat(3_997)}***`);
});
