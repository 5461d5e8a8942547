import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_MARKDOWN_CHARS, neutralize } from '../../../shared/render/neutralize.ts';
import { proseNodes, toHtml } from './visible-text.ts';

const SPLIT = '&#8203;';

describe('what acts on GitHub', () => {
  test.each([
    ['a mention', 'thanks @octocat', `thanks @${SPLIT}octocat`],
    ['a team mention', 'cc @acme/core', `cc @${SPLIT}acme/core`],
    ['a mention behind an escape', String.raw`\@octocat`, String.raw`\@` + `${SPLIT}octocat`],
    [
      'a mention behind a character reference',
      '&commat;octocat &#64;hubot',
      `&commat;${SPLIT}octocat &#64;${SPLIT}hubot`,
    ],
    ['a mention that emphasis touches', 'x**@octocat**', `x**@${SPLIT}octocat**`],
    ['a mention inside tags that stay', '<kbd>@octocat</kbd>', `<kbd>@${SPLIT}octocat</kbd>`],
    [
      'a mention in a block of HTML',
      '<details>\n`@octocat`\n</details>',
      `<details>\n\`@${SPLIT}octocat\`\n</details>`,
    ],
    ['a mention in a table whose cells split a code span', '|a|\n|-|\n|`x|`@b|\n', undefined],
    ['a closing keyword', 'Fixes #12', `F${SPLIT}ixes #12`],
    ['a closing keyword with emphasis', '**Closes:** #12', `**C${SPLIT}loses:** #12`],
    ['a closing keyword inside lower lines', '_Fixes #12_', `_F${SPLIT}ixes #12_`],
    ['a closing keyword between lower lines', '__Closes__ #12', `__C${SPLIT}loses__ #12`],
    ['a closing keyword with a repository', 'resolved a/b#1', `r${SPLIT}esolved a/b#${SPLIT}1`],
    ['what marks a duplicate', 'duplicate of #12', `d${SPLIT}uplicate of #12`],
    ['a closing keyword with a GH number', 'fix GH-7', `f${SPLIT}ix GH-7`],
    [
      'a closing keyword with an address',
      'close https://github.com/a/b/issues/1',
      `c${SPLIT}lose https://redirect.github.com/a/b/issues/1`,
    ],
    [
      'a closing keyword with a link',
      'Fixes [it](https://ghe.corp/a/b/pull/1)',
      `F${SPLIT}ixes [it](https://ghe.corp/a/b/pull/1)`,
    ],
    ['a commit of another repository', 'see a/b@0123456', `see a/b@${SPLIT}0123456`],
    ['a mention that a backtick in an address seems to cover', '[a](b`c) @octocat `d', undefined],
    [
      'a mention in an address that an open bracket keeps from being one',
      '[https://a.b/@octocat',
      `[https://a.b/@${SPLIT}octocat`,
    ],
    ['a mention in what is no address of mail', '<1.@a@b>', `<1.@${SPLIT}a@b>`],
    ['a mention that a comment splits', '@<!-- -->octocat', `@${SPLIT}octocat`],
    ['our own command', 'text\n  /rebyte fix it', `text\n  /${SPLIT}rebyte fix it`],
    ["another bot's command in a list", '- /merge', `- /${SPLIT}merge`],
    ["another bot's command behind a blank that bots take away", '\u00A0/merge', `\u00A0/${SPLIT}merge`],
    ["another bot's command behind a line end of Unicode", 'a\u2028/merge', `a\u2028/${SPLIT}merge`],
    [
      "another bot's command behind several of them",
      'a\u2028 \u2029\u00A0/merge',
      `a\u2028 \u2029\u00A0/${SPLIT}merge`,
    ],
  ])('%s becomes inert', (_name, markdown, expected) => {
    const inert = neutralize(markdown);
    if (expected !== undefined) expect(inert).toBe(expected);
    for (const node of proseNodes(toHtml(inert))) expect(node).not.toMatch(/(^|\W)@\w/);
  });

  test.each([
    'mail a@b.example, see #12, C# 7, /usr/bin/env and 1/2',
    '`@octocat` and ``Fixes #1 ` /rebyte``',
    '```\n@octocat\n/rebyte run\n<img src=x>\n![a](b)\n```',
    '    @octocat in an indented block\n',
    '> quoted `code @x` goes on\n>\n>     @octocat\n',
    '```diff\n-\t@octocat\n>\t<b>\n```\n',
    '- a\n\n-     @octocat in an item\n',
    'a *b* __c__ ~~d~~ [e](https://f.example/@g?h=1#i) <https://j.example>\n\n| k |\n|---|\n| l |\n',
    '<details><summary>More</summary>\n\nbody<br>H<sub>2</sub>O\n\n</details>',
    'a < b && c > d, 3 <4',
    '- a fence that its list closes\n  ```\n  @octocat\n',
    'ends with https://example.com/@user.',
  ])('%j stays byte for byte', (markdown) => {
    expect(neutralize(markdown)).toBe(markdown);
  });

  test("references to the report's own repository stay links", () => {
    const text = 'Opened https://github.com/Acme/app/pull/7, see acme/app#3';
    expect(neutralize(text, { repository: 'acme/app' })).toBe(text);
    expect(neutralize(text)).toBe(`Opened https://redirect.github.com/Acme/app/pull/7, see acme/app#${SPLIT}3`);
  });
});

describe('what loads, hides or leads astray', () => {
  test.each([
    ['an image becomes a link', 'see ![chart](https://x.example/c.png)', 'see [chart](https://x.example/c.png)'],
    ['an image without words is named', '![](https://x.example/c.png)', '[image](https://x.example/c.png)'],
    [
      'a badge becomes its words',
      '[![build](https://x.example/b.svg)](https://y.example)',
      '[build](https://y.example)',
    ],
    ['an image by reference', '![a][b]\n\n[b]: https://x.example', '[a][b]\n\n[b]: https://x.example'],
    ['a data address goes', '![a](data:image/png;base64,AAAA)', '[a](#removed-data-link)'],
    ['a script address goes', '[a](javascript:alert)', '[a](#removed-javascript-link)'],
    ['a script address behind references goes', '[a](java&#115;cript&colon;alert)', '[a](#removed-javascript-link)'],
    ['a script address in a definition goes', '[a]\n\n[a]: <vbscript:x>', '[a]\n\n[a]: #removed-vbscript-link'],
    [
      'credentials go',
      '[a](https://u:p@x.example/) https://github.com@evil.example/',
      '[a](https://x.example/) https://evil.example/',
    ],
    ['what is left of comments in comments is shown', 'a <!-<!-- b -->- c --> d', 'a &lt;!-- c --> d'],
    ['a comment that shows nothing goes', 'a\n\n<!-- rebyte:{} -->\n\nb', 'a\n\n\n\nb'],
    ['an open comment is shown', 'a\n\n<!-- hidden', 'a\n\n&lt;!-- hidden'],
    ['live HTML is shown', '<img src=x onerror=y>', '&lt;img src=x onerror=y>'],
    ['attributes are not kept', '<details onclick=x>', '&lt;details onclick=x>'],
    ['a tag behind an address and a backslash', String.raw`www.a.b\<b>`, String.raw`www.a.b\&lt;b>`],
    ['code that an address swallows', 'www.a.b`c @x `d', 'www.a.b&#96;c @&#8203;x `d'],
    ['type parameters read right', 'a Promise<string> b', 'a Promise&lt;string> b'],
    ['an open fence is closed', 'a\n~~~~js\nb', 'a\n~~~~js\nb\n~~~~\n'],
    [
      'open tags are closed',
      '<details><summary>a</summary>\n\nb',
      '<details><summary>a</summary>\n\nb\n\n</details>\n',
    ],
    ['a closing tag of nothing is shown', 'a </details>', 'a &lt;/details>'],
  ])('%s', (_name, markdown, expected) => {
    expect(neutralize(markdown)).toBe(expected);
  });

  test('a text that nests deeper than anybody reads is shown as code', () => {
    expect(neutralize(`${'>'.repeat(5000)} @octocat`)).toMatch(/^```text\n>{5000} @octocat\n```\n$/);
    expect(neutralize(`${'- '.repeat(100)}@octocat`)).toMatch(/^```text\n(- ){100}@octocat\n```\n$/);
  });

  test('a long rule stays a rule', () => {
    expect(neutralize(`a\n\n${'- '.repeat(60)}\n\n${'* '.repeat(60)}`)).not.toContain('```');
  });

  // Each takes the block parser time by the square of its length: here, most of a minute.
  test.each(['1. ', '- 1. ', '1. > ', '+ ', '[^a]: ', '[^a]: - '])(
    'marks of nothing but "%s" do not keep it busy',
    async (marks) => {
      expect(neutralize(marks.repeat(60_000))).toMatch(/^```text\n/);
      // Between the two, Jest's own timer notices that a test took too long.
      await setImmediate();
      await setImmediate();
    },
    60_000,
  );
});

// By the square of their length, each took more than ten seconds.
test.each([
  ['{', ' '],
  ['<a ', ' '],
  ['# ', ' '],
  ['[a]:', ' '],
  ['a\n|b\n', '\u00A0'],
  ['', '[a]:'],
  ['', '\u2028'],
  ['', '&#13;'],
])(
  '%j and blanks or openings without an end do not keep it busy',
  async (head, body) => {
    expect(neutralize(head + body.repeat(160_000 / body.length)).length).toBeGreaterThan(0);
    await setImmediate();
    await setImmediate();
  },
  60_000,
);

/** Too deep, too long, or both; each part often enough to be one of these. */
const bomb = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        '> ',
        '>',
        '- ',
        '1. ',
        '* ',
        '`',
        '~~~\n',
        '[',
        '](x)',
        '<details>',
        '<b>',
        '@a ',
        '\r',
        '😀',
        'a',
      ),
      fc.constantFrom(1, 33, 40, 9_000, 140_000),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.map(([part, times]) => part.repeat(times)).join('\n'));

const hostile = fc
  .array(
    fc.constantFrom(
      ...'@a @b/c #1 fix  \n \n\n > - 1. ` `` ``` ~~~ < > <b> <br> <kbd> </kbd> <details> </details> <!-- --> <!x <? [ ] ( ) ![ ]( ](@a) ](<@a ]: | |-| \\ & &#64; &lt; * _ ~ : " \' = --- /x https://a.b/ www.a.b javascript: data: %60 \t 	'.split(
        ' ',
      ),
      ' ',
      '    ',
      '\n|-|-|\n',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('whatever an agent writes', () => {
  test('nothing is left that GitHub would take for a mention, an image or live HTML', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        const html = toHtml(neutralize(markdown));
        for (const node of proseNodes(html)) expect(node).not.toMatch(/(^|[^A-Za-z0-9_])@[A-Za-z0-9]/);
        expect(html).not.toMatch(/<img|<b>|<!--|<\?|href="(javascript|data):/i);
      }),
      { numRuns: 500 },
    );
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 60 })), (markdown) => {
        const once = neutralize(markdown);
        expect(neutralize(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  test('a second time changes nothing of what is too deep or too long either, and none becomes longer than the limit', () => {
    fc.assert(
      fc.property(bomb, (markdown) => {
        const once = neutralize(markdown);
        // Not toBe: it would print both.
        expect(neutralize(once) === once).toBe(true);
        expect(once.length).toBeLessThanOrEqual(MAX_MARKDOWN_CHARS);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('a text too long to read is cut before it is read', () => {
    const inert = neutralize('a'.repeat(2 * MAX_MARKDOWN_CHARS));
    expect(inert.length).toBeGreaterThan(0.8 * MAX_MARKDOWN_CHARS);
    expect(inert.length).toBeLessThanOrEqual(MAX_MARKDOWN_CHARS);
  });

  test('what was cut and shown as code is cut between characters', () => {
    for (const before of ['a', '> '.repeat(40)]) {
      const inert = neutralize(`${before}${'😀'.repeat(MAX_MARKDOWN_CHARS)}`);
      expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(inert)).toBe(false);
    }
  });
});
