import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { z } from 'zod';
import { cleanUntrusted } from '../../../shared/prompt/clean-untrusted.ts';

/** Stands where nothing is shown. */
const SECRET = 'zqsecret';

interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly url?: string | undefined;
  readonly lang?: string | null | undefined;
  readonly identifier?: string | undefined;
  readonly children?: readonly Node[];
}

/** What an independent, spec-tested reader of GitHub's Markdown would show: words, code, and addresses of links. */
function shownBy(markdown: string, isWithFootnotes = false): string {
  const parts: string[] = [];
  const notes = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (node.type === 'definition') return;
    if (isWithFootnotes && node.type === 'footnoteDefinition') return;
    // What stands in code may be taken for a reference, where nobody can tell whether it is code.
    const named = node.type === 'footnoteReference' ? `[^${node.identifier ?? ''}]` : (node.value ?? '');
    for (const [, name = ''] of isWithFootnotes ? named.matchAll(/\[\^(\w+)\]/g) : []) {
      const note = notes.get(name);
      notes.delete(name);
      note?.children?.forEach(visit);
    }
    if (node.lang != null) parts.push(node.lang);
    if (node.type === 'html') parts.push((node.value ?? '').replace(/<!--(?:-?>|[^]*?(?:--!?>|$))/g, ' '));
    else if (node.value !== undefined) parts.push(node.value);
    if (node.url !== undefined) parts.push(node.url);
    for (const child of node.children ?? []) visit(child);
  };
  const root: Node = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  if (isWithFootnotes) findNotes(root, notes);
  visit(root);
  return parts.join('\n');
}

/** Of several with one name the first counts. */
function findNotes(node: Node, notes: Map<string, Node>): void {
  const name = node.type === 'footnoteDefinition' ? (node.identifier ?? '') : '';
  if (name !== '' && !notes.has(name)) notes.set(name, node);
  for (const child of node.children ?? []) findNotes(child, notes);
}

const before = fc.constantFrom(
  '',
  'words\n\n',
  '- item\n\n',
  '> quote\n\n',
  '# head\n\n',
  '```\ncode\n```\n\n',
  'a `b` c\n\n',
  '`',
  '~~~\n',
);
const between = fc.constantFrom(
  '\n\n',
  '\n',
  ' ',
  '\n\n> ',
  '\n- ',
  '\n    ',
  '\n  ',
  '\\',
  '\n\n***\n',
  '`',
  '``',
  '\n```\n',
);
const hidden = fc.constantFrom(
  `<!-- ${SECRET} -->`,
  `<!--\n${SECRET}\n\n${SECRET}\n-->`,
  `[x]: https://e.example "${SECRET}"`,
  `[${SECRET}]: https://e.example`,
  `[//]: # (${SECRET})`,
  `[x]: <https://e.example>\n  '${SECRET}'`,
  `<!--> ${SECRET} <!-- b -->`,
  `<!-- ${SECRET}`,
);
const texts = fc
  .tuple(before, fc.array(fc.tuple(between, hidden, between), { minLength: 1, maxLength: 3 }))
  .map(([start, parts]) => start + parts.flat().join('') + '\n\nend');

test('comments and definitions that micromark does not show are not in the cleaned text', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const cleaned = cleanUntrusted(text).text;
      if (!shownBy(text).includes(SECRET)) expect(cleaned).not.toContain(SECRET);
    }),
    { numRuns: 500 },
  );
});

const words = fc.constantFrom(
  'word',
  '`a <!-- seen --> b`',
  '```\n<!-- seen -->\n[a]: b "seen"\n```',
  '~~~html\n<!-- seen -->\n~~~',
  '[used][a]',
  '**bold**',
  '\\<!-- seen',
  '| a | b |\n|---|---|\n| c | d |',
  '- [x] done\n- [ ] `open`',
  '> quoted\n> more',
  '1. a\n2. b',
  'https://a.example/b_c',
);

/** The same with footnotes in lists and quotes, fences in footnotes, lone carriage returns, references in info strings. */
const nested = fc
  .array(
    fc.constantFrom(
      '\n',
      '\n\n',
      '\n',
      '\r',
      '\n    ',
      '\n  ',
      '- ',
      '1. ',
      '> ',
      '[^1]: ',
      '[^2]: ',
      ' [^1] ',
      'w ',
      'x',
      '# ',
      '~~~',
      '```',
      '~~~js ',
      '```&#106;s ',
      '~~~&#x6a;s&#32;',
      '\n~~~\n',
      '\n```\n',
      SECRET,
      ` ${SECRET} `,
      `\n${SECRET}`,
    ),
    { minLength: 3, maxLength: 14 },
  )
  .map((parts) => parts.join(''));

/**
 * What a footnote says is shown when something refers to it; mdast keeps it either way. GitHub's reader differs where a
 * numbered list follows a footnote or a quote at once, and in what it takes for a reference: see C2 in docs/security.md.
 */
test('words of fences and of footnotes that micromark does not show are not in the cleaned text', () => {
  fc.assert(
    fc.property(nested, (text) => {
      if (!shownBy(text, true).includes(SECRET)) expect(cleanUntrusted(text).text).not.toContain(SECRET);
    }),
    { numRuns: 500 },
  );
});

test('what micromark shows of ordinary text is what it shows when that was cleaned', () => {
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 8 }), (blocks) => {
      const text = `${blocks.join('\n\n')}\n\n[a]: https://d.example\n`;
      expect(shownBy(cleanUntrusted(text).text)).toBe(shownBy(text));
    }),
    { numRuns: 200 },
  );
});

describe('the corpus', () => {
  const FIXTURES = new URL('../../fixtures/hostile/', import.meta.url);
  const cases = z.array(z.object({ name: z.string(), text: z.string() }));
  const read = (file: string) => cases.parse(JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')));

  test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.json')))(
    '%s: nothing that micromark hides in comments and definitions is left',
    (file) => {
      for (const { name, text } of read(file)) {
        const cleaned = cleanUntrusted(text).text;
        for (const comment of commentsIn(text)) expect([name, cleaned.includes(comment)]).toEqual([name, false]);
      }
    },
  );
});

/** The words of comments that micromark takes for HTML, where they stand nowhere else. */
function commentsIn(markdown: string): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'html')
      for (const [, said = ''] of (node.value ?? '').matchAll(/<!--(?!-?>)([^]*?)--!?>/g)) found.push(said.trim());
    for (const child of node.children ?? []) visit(child);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return found.filter((said) => said.length > 3 && markdown.split(said).length === 2);
}
