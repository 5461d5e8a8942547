import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_COMMANDS, parseCommands } from '../../../../shared/domain/commands/parse-commands.ts';
import type { Command } from '../../../../shared/model/command.ts';

const CUSTOM = ['changelog'];

function parse(text: string) {
  return parseCommands(text, { custom: CUSTOM });
}

/** The only command of a text that has no problem. */
function only(text: string): Command {
  const { commands, problems } = parse(text);
  expect(problems).toEqual([]);
  expect(commands).toHaveLength(1);
  return commands[0]!;
}

function problem(text: string): string {
  const { commands, problems } = parse(text);
  expect(commands).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0]!.message;
}

describe('a command line', () => {
  test.each([
    ['the first line', '/rebyte do it'],
    ['a later line', 'Hello,\n/rebyte do it'],
    ['a line after an empty one', 'Hello,\n\n/rebyte do it'],
    ['another case', '/ReByte do it'],
    ['a tab behind the word', '/rebyte\tdo it'],
    ['three spaces before it', '   /rebyte do it'],
    ['the line behind a list', '- one\n- two\n/rebyte do it'],
    ['a paragraph of a list item', '- one\n\n  /rebyte do it'],
    ['the line behind a table', '| a |\n|---|\n| b |\n/rebyte do it'],
    ['a paragraph inside <details>', '<details>\n\n/rebyte do it'],
    ['a line behind a comment that was closed', '<!-- a -->\n/rebyte do it'],
    ['a line behind a comment that never was one', 'a <!-- b\n/rebyte do it'],
    ['a line behind a lone backtick', 'a ` b\n/rebyte do it'],
    ['a line behind an escaped backtick', 'a \\` b\n/rebyte do it ` c'.replace(' ` c', '')],
    ['a line behind a code span', '`a`\n/rebyte do it'],
    ['a quote above an empty line', '> a\n\n/rebyte do it'],
    ['the line behind link definitions', '[a]: b\n[c]: <d> "e\nf"\n/rebyte do it'],
    ['a line behind what is no title after all', '[a]: b\n"c\n/rebyte do it'],
    ['the line behind a footnote', 'a[^1]\n\n[^1]: b\n/rebyte do it'],
    ['Windows line ends', 'Hello,\r\n\r\n/rebyte do it\r\n'],
  ])('counts on %s', (_where, text) => {
    expect(only(text)).toEqual({ position: 0, verb: 'run', prompt: 'do it', flags: {} });
  });

  test.each([
    ['inside a line', 'please /rebyte do it'],
    ['as part of a longer word', '/rebytes do it'],
    ['with a slash behind it', '/rebyte/x do it'],
    ['in a fenced block', '```\n/rebyte do it\n```'],
    ['in a fenced block of tildes with Windows line ends', '~~~sh\r\n/rebyte do it\r\n~~~\r\n'],
    ['in a fenced block left open', '````\n```\n/rebyte do it'],
    ['in an indented block', 'a\n\n    /rebyte do it'],
    ['behind four spaces', 'a\n    /rebyte do it'],
    ['in a code span over two lines', 'a `b\n/rebyte do it` c'],
    ['in a quote', '> /rebyte do it'],
    ['in a list inside a quote', '> - a\n>   /rebyte do it'],
    ['as a list item', '- /rebyte do it\n1. /rebyte do it'],
    ['as a heading', '# /rebyte do it'],
    ['in an HTML comment', '<!--\n/rebyte do it\n-->'],
    ['in an HTML comment with an empty line', '<!--\n\n/rebyte do it\n\n-->'],
    ['in an HTML comment left open', '<!--\n\n/rebyte do it'],
    ['in an HTML comment inside a paragraph', 'a <!-- b\n/rebyte do it\n--> c'],
    ['in a block of HTML', '<div>\n/rebyte do it\n</div>'],
    ['in <pre>', '<pre>\n\n/rebyte do it\n</pre>'],
    ['in the attribute of a tag', 'a <a title="\n/rebyte do it\n">'],
    ['in the title of a link', '[a](b "\n/rebyte do it\n")'],
    ['as the target of a link definition', '[a]:\n/rebyte\n\nb'],
    ['in the title of a link definition', '[a]: b "c\n/rebyte do it\n"'],
    ['in the title of a second link definition', "[a]: b\n  [c]: d\n  'e\n/rebyte do it\n'"],
    ['in the label of a link definition', '[a\n/rebyte do it]: b'],
    ['escaped', '\\/rebyte do it'],
  ])('does not count %s', (_where, text) => {
    expect(parse(text)).toEqual({ commands: [], problems: [] });
  });

  test('right below a quote is refused with the reason, because Markdown makes it part of the quote', () => {
    expect(problem('> quoted\n/rebyte do it')).toContain('empty line');
  });
});

describe('a prompt', () => {
  test('goes on to the end, verbatim, with code blocks that hold our word', () => {
    const prompt = 'do this:\n\n```sh\n/rebyte not me\n```\n\n> /rebyte nor me\n\n  and  that';
    expect(only(`Hi.\n/rebyte ${prompt}\n\n`).prompt).toBe(prompt);
  });

  test('ends where the next command begins', () => {
    const { commands } = parse('/rebyte fix a\nmore\n\n/rebyte --new review b\n/rebyte status');
    expect(commands).toEqual([
      { position: 0, verb: 'fix', prompt: 'a\nmore', flags: {} },
      { position: 1, verb: 'review', prompt: 'b', flags: { new: true } },
      { position: 2, verb: 'status', prompt: '', flags: {} },
    ]);
  });

  test('may begin on the next line and keeps the indent that makes it code', () => {
    expect(only('/rebyte fix\n\n    code()\n').prompt).toBe('    code()');
    expect(only('/rebyte\r\nfix it').verb).toBe('run');
  });

  test('keeps Windows line ends', () => {
    expect(only('/rebyte a\r\n\r\nb\r\n').prompt).toBe('a\r\n\r\nb');
  });
});

describe('a verb', () => {
  test.each([
    ['/rebyte', 'help', ''],
    ['/rebyte help', 'help', ''],
    ['/rebyte --new', 'run', ''],
    ['/rebyte ask', 'ask', ''],
    ['/rebyte please look at it', 'run', 'please look at it'],
    ['/rebyte run status', 'run', 'status'],
    ['/rebyte ask why?', 'ask', 'why?'],
    ['/rebyte Fix: the tests', 'fix', 'the tests'],
    ['/rebyte review', 'review', ''],
    ['/rebyte cancel.', 'cancel', ''],
    ['/rebyte cancel\n\nI do it myself.', 'cancel', 'I do it myself.'],
    ['/rebyte -- fix the tests', 'run', 'fix the tests'],
    ['/rebyte --new fix the tests', 'fix', 'the tests'],
    ['/rebyte CHANGELOG for 2.0', 'custom', 'for 2.0'],
  ])('%j is %s', (text, verb, prompt) => {
    expect(only(text)).toMatchObject({ verb, prompt });
  });

  test("names the repository's own command", () => {
    expect(only('/rebyte changelog').custom).toBe('changelog');
  });

  test.each([
    ['/rebyte reveiw this', 'review'],
    ['/rebyte stauts', 'status'],
    ['/rebyte halp', 'help'],
    ['/rebyte cancle', 'cancel'],
    ['/rebyte chagelog for 2.0', 'changelog'],
  ])('%j is answered with what was meant', (text, meant) => {
    expect(problem(text)).toContain(`Did you mean \`/rebyte ${meant}\`?`);
  });

  test.each(['preview the page', 'shape up', 'helps to read', 'task: tidy up', 'spare me', 'fixes are needed'])(
    '%j is a prompt although its first word is near a verb',
    (prompt) => {
      expect(only(`/rebyte ${prompt}`)).toMatchObject({ verb: 'run', prompt });
    },
  );

  test('that stands alone is not carried out with text behind it', () => {
    expect(problem('/rebyte cancel the subscription')).toContain('/rebyte run cancel');
    expect(problem('/rebyte help me understand')).toContain('stands alone');
    expect(problem('/rebyte retry --model x')).toContain('takes no flags');
  });
});

describe('flags', () => {
  test.each([
    ['--executor codex --model=gpt-5.1', { executor: 'codex', model: 'gpt-5.1' }],
    ['--skills a,b --branch feature/x', { skills: ['a', 'b'], branch: 'feature/x' }],
    ['--skills "a, b"', { skills: ['a', 'b'] }],
    ['--computer "build box" --new', { computer: 'build box', new: true }],
    [String.raw`--model "a \"b\""`, { model: 'a "b"' }],
    ['model="gpt 5" branch="x"', { model: 'gpt 5', branch: 'x' }],
    ['--Branch `main`', { branch: 'main' }],
    ['—model “gpt 5”', { model: 'gpt 5' }],
  ])('%s', (written, flags) => {
    expect(only(`/rebyte fix ${written} the tests`)).toMatchObject({ verb: 'fix', prompt: 'the tests', flags });
    expect(only(`/rebyte ${written} fix the tests`)).toMatchObject({ verb: 'fix', prompt: 'the tests', flags });
  });

  test.each(['the --model flag', 'title="x" is wrong', '-- --model x', '—and then', 'it\n--model x'])(
    'are not read in the prompt %j',
    (prompt) => {
      expect(only(`/rebyte fix ${prompt}`)).toMatchObject({ prompt: prompt.replace(/^-- /, ''), flags: {} });
    },
  );

  test.each([
    ['--modle x', 'Did you mean `--model`?'],
    ['--frobnicate', 'Flags are `--executor`'],
    ['--model', 'lacks its value'],
    ['--model --new', 'lacks its value'],
    ['--model=""', 'lacks its value'],
    ['--model "x', 'not closed'],
    ['--new=false', 'takes no value'],
    ['--new --new', 'given twice'],
    ['--skills a, b', 'without spaces'],
    [`--branch ${'x'.repeat(300)}`, 'longer than 255'],
  ])('%s is a problem', (written, message) => {
    expect(problem(`/rebyte fix ${written}`)).toContain(message);
  });
});

describe('several commands', () => {
  test('keep their positions when one of them cannot be carried out', () => {
    const { commands, problems } = parse('/rebyte status\n/rebyte --modle x y\n/rebyte help');
    expect(commands.map(({ position }) => position)).toEqual([0, 2]);
    expect(problems.map(({ position }) => position)).toEqual([1]);
  });

  test('beyond the limit are left out, and that is said once', () => {
    const { commands, problems } = parse('/rebyte fix\n'.repeat(MAX_COMMANDS + 5));
    expect(commands).toHaveLength(MAX_COMMANDS);
    expect(problems).toEqual([{ position: MAX_COMMANDS, message: expect.stringContaining('this one has 15') }]);
  });
});

const PIECES =
  '/rebyte| fix|\n|\n\n|```|`|> |    |- |<!--|-->|<a b="|">|](|--|--new|model="|\\|[x]: |word|\r\n|\t|---|<div>|\u2028|$';
const piece = fc.constantFrom(...PIECES.split('|'), '|');
const hostile = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string({ maxLength: 5 })), { maxLength: 60 });
const text = hostile.map((pieces) => pieces.join(''));
const sentence = fc
  .array(fc.constantFrom('a', 'fix', '`x`', 'it', '/rebyte'), { maxLength: 5 })
  .map((w) => w.join(' '));

describe('whatever the text', () => {
  test('a prompt is a part of it, and positions count up', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { commands, problems } = parse(source);
        for (const { prompt } of commands) expect(source).toContain(prompt);
        const positions = [...commands, ...problems].map(({ position }) => position).sort((a, b) => a - b);
        expect(positions).toEqual(positions.map((_, index) => index));
      }),
    );
  });

  test('line ends make no difference', () => {
    fc.assert(
      fc.property(text, (source) => {
        const unix = source.replace(/\r\n?/g, '\n');
        const windows = parse(unix.replaceAll('\n', '\r\n'));
        const withUnixPrompts = windows.commands.map((command) => ({
          ...command,
          prompt: command.prompt.replaceAll('\r\n', '\n'),
        }));
        expect({ ...windows, commands: withUnixPrompts }).toEqual(parse(unix));
      }),
    );
  });

  test.each([
    ['fenced', (lines: string[]) => `\`\`\`\`\`\n${lines.join('\n')}\n\`\`\`\`\``],
    ['quoted', (lines: string[]) => lines.map((line) => `> ${line}`).join('\n')],
    ['commented', (lines: string[]) => `<!--\n${lines.join('\n')}\n-->`],
    ['indented', (lines: string[]) => lines.map((line) => `    ${line}`).join('\n')],
  ])('%s commands are none', (_kind, hide) => {
    const lines = fc.array(
      sentence.map((words) => `/rebyte ${words}`),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(lines, (hidden) => {
        expect(parse(`${hide(hidden)}\n\n/rebyte fix`).commands).toHaveLength(1);
      }),
    );
  });
});

/** Lists in lists as deep as `chars` allow, and empty lines that leave all of them open. */
function openLists(chars: number): string {
  const lines: string[] = [];
  for (let length = 0; length < chars / 2; length += lines.at(-1)?.length ?? 0)
    lines.push(`${' '.repeat(28 * lines.length)}${'- '.repeat(14)}x\n`);
  return lines.join('') + '\n'.repeat(chars / 2);
}

test('a text that nests deeper than anybody writes holds no command', () => {
  expect(parse(`${openLists(100)}\n/rebyte fix`).commands).toHaveLength(1);
  expect(parse(`${openLists(10_000)}\n/rebyte fix`).commands).toEqual([]);
});

const MANY = 300_000;

// By the square of their length, each took from twenty seconds to minutes.
test.each([
  ['a title that does not end', `[x]: u (${'\na'.repeat(MANY / 2)}`],
  ['a label that does not end', `[${'\na'.repeat(MANY / 2)}`],
  ['blanks where the second line of a table could stand', `a\n|b\n${' '.repeat(MANY)}c`],
  ['lists in lists', openLists(MANY)],
  ['lists and footnotes in each other', '[^a]: - '.repeat(MANY / 8)],
  ['targets of links without an end', `](${' '.repeat(2_044)}x`.repeat(MANY / 2_047)],
  ['definitions', '[a]: b\n'.repeat(MANY / 7)],
  ['definitions and quotation marks', '[a]: b "\n'.repeat(MANY / 9)],
])(
  '%s does not keep it busy',
  async (_name, slow) => {
    expect(parse(`${slow}\n\n/rebyte fix`).problems).toEqual([]);
    expect(parse(`${slow}\n/rebyte fix`).problems).toEqual([]);
    // Between the two, Jest's own timer notices that a test took too long.
    await setImmediate();
    await setImmediate();
  },
  60_000,
);

test.each(['/rebyte\n', '\n/rebyte a --b c'])(
  'a megabyte of %j is read in one go',
  async (shape) => {
    // By the square of their number, these took twenty seconds.
    expect(parse(shape.repeat(1_000_000 / shape.length)).problems.length).toBeGreaterThan(0);
    // Between the two, Jest's own timer notices that a test took too long.
    await setImmediate();
    await setImmediate();
  },
  60_000,
);
