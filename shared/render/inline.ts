import { isAbsoluteUrl } from './inert-url.ts';

/**
 * Any text as inline code, safe in a table cell: nothing in it is a mention, a link or a column, and nothing turns the
 * direction of what follows, so that `gnp.exe` looks like what it is.
 */
export function inlineCode(text: string, maxChars = 200): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')
    .trim();
  const short = line.length > maxChars ? `${line.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
  if (short === '') return '';
  const longest = Array.from(short.matchAll(/`+/g), ([ticks]) => ticks.length).reduce((a, b) => Math.max(a, b), 0);
  const ticks = '`'.repeat(longest + 1);
  const padding = /^`|`$/.test(short) ? ' ' : '';
  return `${ticks}${padding}${short.replaceAll('|', String.raw`\|`)}${padding}${ticks}`;
}

/** A link with our own words; only the words when the address is not one of the web. */
export function link(words: string, url: string | undefined): string {
  if (url === undefined || !isAbsoluteUrl(url)) return words;
  return `[${words}](${url.replace(/[\s<>()\\`|]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)})`;
}
