import { describe, expect, test } from '@jest/globals';
import { MAX_CONFIG_CHARS, parseConfig } from '../../../../shared/domain/config/parse-config.ts';

function problems(text: string) {
  const parsed = parseConfig(text);
  if (parsed.kind === 'parsed') throw new Error('The text is a config.');
  return parsed.problems;
}

describe('a problem has the line and the remedy', () => {
  test.each([
    ['a misspelt key', 'check: true\npermision: write', 2, 'There is no key `permision`. Did you mean `permission`?'],
    [
      'a key in the wrong place',
      'budgets:\n  check: true',
      2,
      'There is no key `check` in `budgets`. Known are: runs-per-hour',
    ],
    ['a key of a schedule', 'schedules:\n  a:\n    corn: x', 3, '`corn` in `schedules.a`. Did you mean `cron`?'],
    [
      'a value that is none of the choices',
      'permission: wirte',
      1,
      'is none of: read, triage, write, maintain, admin. Did you mean `write`?',
    ],
    ['nobody’s role', 'permission: none', 1, 'is none of: read'],
    ['a value of another kind', 'allowed-bots: renovate', 1, '`allowed-bots` has to be a list'],
    ['a number out of bounds', '\n\ntimeout-minutes: 0', 3, 'It takes at least 1.'],
    ['an empty value', 'check:', 1, '`check` is empty. Give it a value (`true` or `false`), or leave the key out.'],
    ['a key that is missing', 'commands:\n  tidy:\n    prompt: x', 2, '`commands.tidy.description` is missing'],
    ['a name that cannot be typed', 'commands:\n  Tidy Up: {}', 2, '`Tidy Up` cannot be a name'],
    ['an entry of a list', 'allowed-teams:\n  - a/b\n  - c', 3, 'Write `organization/team`'],
    ['a key that is there twice', 'check: true\ncheck: false', 2, '`check` is there twice'],
    ['no YAML', 'check: "true', 1, 'This is not YAML'],
    ['a tag', 'check: !!js/function x', 1, 'This is not YAML'],
    ['a second document', 'check: true\n---\ncheck: false', 2, 'several documents'],
    ['a list', '- a', undefined, 'The file has to be keys and values.'],
    ['prototype keys', '__proto__: 1', 1, 'There is no key `__proto__`'],
    ['an alias of itself', 'commands: &a\n  x: *a', 2, '`commands.x.description` is missing'],
    ['an alias of nothing', 'check: *a', undefined, 'aliases'],
  ])('for %s', (_what, text, line, message) => {
    const found = problems(text).find((problem) => problem.message.includes(message));
    expect(found?.message).toContain(message);
    expect(found?.line).toBe(line);
  });

  test('each on its own when there are several', () => {
    expect(problems('chek: true\nshare: x\nbudget: {}').map(({ line }) => line)).toEqual([1, 2, 3]);
  });
});

describe('a hostile file', () => {
  test.each([
    ['is longer than anybody writes', '#'.repeat(MAX_CONFIG_CHARS + 1), 'longer than 64 KiB'],
    ['nests without end', '['.repeat(MAX_CONFIG_CHARS), 'nests deeper than 24 levels'],
    ['nests lists on one line', '- '.repeat(MAX_CONFIG_CHARS / 2), 'nests deeper than 24 levels'],
    ['nests maps', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''), 'nests deeper'],
    ['laughs a billion times', laughs(), 'aliases'],
    [
      'has ten thousand keys',
      Array.from({ length: 8_000 }, (_, n) => `k${n}: 1\n`)
        .join('')
        .slice(0, 60_000),
      'There is no key',
    ],
  ])('that %s is a problem like any other', (_what, text, message) => {
    expect(problems(text)[0]?.message).toContain(message);
  });
});

function laughs(): string {
  const lines = ['a0: &a0 [x, x]'];
  for (let n = 1; n < 30; n++) lines.push(`a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`);
  return lines.join('\n');
}
