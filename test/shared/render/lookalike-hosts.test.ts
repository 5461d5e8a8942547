import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { hostOf, isDeceptiveHost } from '../../../shared/render/link-host.ts';
import { neutralize } from '../../../shared/render/neutralize.ts';
import { toHtml } from './visible-text.ts';

const SPLIT = '&#8203;';
const EVIL = 'https://evil.example/x';
const shown = (words: string): string => `[${words} (evil.example)](${EVIL})`;

describe('a link whose words are another address', () => {
  test.each([
    'https://github.com',
    'https://github.com/login',
    'github.com/login',
    'github.com',
    'GitHub.com',
    'Sign in at github.com',
    'see https://github.com/login, please',
    '**https://github.com**',
    '`https://github.com`',
    'git**hub**.com',
    'https:&#47;&#47;github.com',
    'https\\://github.com',
    'https://github。com',
    'ｇithub.com',
    'git\u00ADhub.com',
    'https://github.com.evil.example',
    'https://evil.example https://github.com',
    'www.github.com',
    '//github.com/login',
    '(github.com)',
    'git.corp.internal/login',
  ])('says where it leads: %s', (words) => {
    expect(neutralize(`[${words}](${EVIL})`)).toBe(shown(words));
  });

  test('keeps no user in its words either', () => {
    const once = neutralize(`[https://github.com@evil.example](${EVIL})`);
    expect(once).toBe(shown('https://evil.example'));
  });

  test('says so when it leads there by a reference', () => {
    expect(neutralize(`[github.com/a][E]\n\n[e]: ${EVIL}`)).toBe(`[github.com/a (evil.example)][E]\n\n[e]: ${EVIL}`);
  });

  test('is none when the words are the name of its definition, and its address is seen', () => {
    const html = toHtml(neutralize(`[github.com] and [github.com][]\n\n[github.com]: ${EVIL}`));
    expect(html).not.toMatch(/>github\.com<\/a>/);
    expect(html).toContain(`>${EVIL}</a>`);
  });

  test('says the host alone, as browsers spell it', () => {
    expect(neutralize('[github.com](https://EVIL.example:8443/github.com)')).toContain('[github.com (evil.example)](');
    expect(neutralize('[github.com](//evil.example/)')).toContain('[github.com (evil.example)](');
    expect(neutralize('[github.com](http://[::1]/)')).toContain('[github.com (::1)](');
  });

  test('says it after the words of what was an image', () => {
    expect(neutralize(`![github.com/login](${EVIL})`)).toBe(shown('github.com/login'));
  });

  test('says it wherever brackets nest to keep it from being found', () => {
    // Each is within the next one, so that the words of all are 200 times as long as the text.
    const nested = `${'['.repeat(200)}github.com${'](https://a.example)'.repeat(200)}[github.com](${EVIL})`;
    expect(neutralize(nested)).toContain(shown('github.com'));
    const inert = neutralize(`${'['.repeat(3_000)}${'](https://a.example)'.repeat(3_000)}[docs](${EVIL})`);
    expect(inert).toContain('](https://a.example) (a.example)](https://a.example)');
  });
});

describe('an ordinary link stays byte for byte', () => {
  test.each([
    '[docs](https://docs.example/a)',
    '[github.com/a/b](https://github.com/a/b)',
    '[https://github.com/a](https://github.com/a?tab=readme#x)',
    '[www.example.com](https://example.com/)',
    '[example.com](https://www.example.com)',
    '[GitHub.com](https://github.com)',
    '[README.md](https://github.com/a/b/blob/main/README.md)',
    '[src/main.rs](https://github.com/a/b) [deploy.sh](https://x.example) [Node.js](https://nodejs.org)',
    '[package.json/scripts](https://x.example) [v1.2.3](https://x.example) [1.2.3.4](https://x.example)',
    '[ASP.NET Core](https://learn.microsoft.com) e.g. [Socket.IO docs](https://x.example)',
    '[support@example.com](mailto:support@example.com)',
    '[a](#b) [example.com/c](./d.md) [1]\n\n[1]: https://x.example',
    '[https://web.archive.org/web/2020/https://example.com](https://web.archive.org/web/2020/https://example.com)',
    '[site](https://münchen.example) https://пример.рф/путь https://日本語.jp/ https://例え.テスト/',
    'https://github.com。然后 “https://github.com” (https://a.example), https://a.example/@b',
    '[https://a.b](mailto:c@d.example) [^1]\n\n[^1]: https://x.example says github.com',
    '[`a.b/c`](https://x.example)'.replace('a.b/c', 'a.ts/c'),
  ])('%s', (markdown) => {
    expect(neutralize(markdown)).toBe(markdown);
  });

  test('also when it is led past by GitHub’s redirector', () => {
    const quiet = '[https://github.com/a/b/issues/1](https://redirect.github.com/a/b/issues/1)';
    expect(neutralize('[https://github.com/a/b/issues/1](https://github.com/a/b/issues/1)')).toContain(
      'https://redirect.github.com/a/b/issues/1)',
    );
    expect(neutralize(quiet)).not.toContain('(redirect.github.com)');
  });
});

describe('a host that is read as another one', () => {
  test.each([
    ['https://gіthub.com/login', 'https://xn--gthub-n2e.com/login'],
    ['www.gіthub.com', 'www.xn--gthub-n2e.com'],
    ['<https://gіthub.com>', '<https://xn--gthub-n2e.com/>'],
    ['[a](https://gіthub.com/b)', '[a (xn--gthub-n2e.com)](https://xn--gthub-n2e.com/b)'],
    ['[a](https://xn--gthub-n2e.com/b)', '[a (xn--gthub-n2e.com)](https://xn--gthub-n2e.com/b)'],
    ['https://аррӏе.com', 'https://xn--80ak6aa92e.com'],
    ['https://ɡithub.com', 'https://xn--ithub-qmc.com'],
  ])('stands in punycode: %s', (markdown, expected) => {
    expect(neutralize(markdown)).toBe(expected);
  });

  test.each([
    ['xn--gthub-n2e.com', true],
    ['xn--80ak6aa92e.com', true],
    ['xn--ithub-qmc.com', true],
    ['xn--mnchen-3ya.de', false],
    [hostOf('https://сахар.рф'), false],
    [hostOf('https://türkçe.com'), false],
    [hostOf('https://việtnam.vn'), false],
    [hostOf('https://東京abc.jp'), false],
    [hostOf('https://한국.kr'), false],
    [hostOf('https://हिन्दी.भारत'), false],
    [hostOf('https://ελλάδα.gr'), false],
    [hostOf('https://東京аbc.jp'), true],
    [hostOf('https://github.com⁄login.evil.example'), true],
    ['github.com', false],
  ])('%s: %s', (host, expected) => {
    expect(isDeceptiveHost(String(host))).toBe(expected);
  });
});

describe('an address with somebody before its host', () => {
  test.each([
    ['https://github.com@evil.example/', 'https://evil.example/'],
    ['[a](https://github.com@evil.example/)', '[a](https://evil.example/)'],
    ['[a](//github.com@evil.example/)', '[a](https://evil.example/)'],
    ['[a](https://github.com\\\\@evil.example/)', '[a](https://evil.example/)'],
    ['<https://github.com@evil.example/>', '<https://evil.example/>'],
  ])('loses them: %s', (markdown, expected) => {
    expect(neutralize(markdown)).toBe(expected);
  });

  test.each([
    'https://github.com(x)@evil.example/',
    "https://github.com'x@evil.example/",
    'https://gіthub.com@evil.example/',
    'https://github.com\\@evil.example/',
    'https://github.com>@evil.example/',
    'www.github.com@evil.example',
    'ftp://github.com@evil.example',
    'https://github.com⁄login.evil.example',
    'https://github.com／login.evil.example',
  ])('is no link: %s', (markdown) => {
    const inert = neutralize(markdown);
    expect(inert.replaceAll(SPLIT, '')).toBe(markdown);
    expect(toHtml(inert)).not.toContain('href="http');
  });
});

test('whatever an address is made of, a second time changes nothing and no user is left in it', () => {
  const part = fc.constantFrom(
    ...'https:// http:// // www. github.com evil.example @ : / \\ ? # %40 gіthub аррӏе . ⁄ 。 xn--gthub-n2e [ ]( ) < > ( [a]: ]: ][ * ` &#64; a'.split(
      ' ',
    ),
    ' ',
    '\n\n',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 16 }), (parts) => {
      const once = neutralize(parts.join(''));
      expect(neutralize(once)).toBe(once);
      for (const [, href = ''] of toHtml(once).matchAll(/href="([^"]*)"/g)) {
        const url = URL.canParse(href, 'https://here.invalid/') ? new URL(href, 'https://here.invalid/') : undefined;
        if (url?.protocol.startsWith('http') === true) expect(url.username).toBe('');
      }
    }),
    { numRuns: 700 },
  );
});
