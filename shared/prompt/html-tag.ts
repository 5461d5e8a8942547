const NUMBER = /^\d{1,5}(?:\.\d{1,3})?(?:%|px|em)?$/;
const PLACE = /^(?:left|right|center|justify|top|middle|bottom|baseline|absmiddle)$/i;
const ADDRESS = /^(?!(?:data|javascript|vbscript):)[^\s"'<>]{1,2000}$/i;
const SWITCH = /^$/;

/**
 * The attributes that change what people see, and what they may say. Anything else would be words that nobody sees.
 * `alt="image"` is what GitHub itself writes for a file that was dropped into a comment.
 */
const SEEN: ReadonlyMap<string, RegExp> = new Map([
  ['href', ADDRESS],
  ['src', ADDRESS],
  ...['width', 'height', 'border', 'colspan', 'rowspan', 'start', 'value', 'cellpadding', 'cellspacing'].map(
    (name): [string, RegExp] => [name, NUMBER],
  ),
  ['align', PLACE],
  ['valign', PLACE],
  ['type', /^(?:checkbox|disc|circle|square|[1aAiI])$/],
  ['dir', /^(?:ltr|rtl|auto)$/i],
  ['lang', /^[a-z]{2,3}(?:-[a-z]{2,4})?$/i],
  ['alt', /^image$/i],
  ...['open', 'checked', 'disabled', 'reversed'].map((name): [string, RegExp] => [name, SWITCH]),
]);

const ATTRIBUTE = /([^\s"'<>/=][^\s>/=]*|[^\s>/])(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/g;
const HEAD = /^<\/?[^\s/>]*/;

/** A tag with only those attributes that people see the effect of; byte for byte the same when these are all. */
export function visibleTag(tag: string): { text: string; removed: number } {
  const head = HEAD.exec(tag)?.[0] ?? '';
  const kept: string[] = [];
  let removed = 0;
  for (const [whole, name = '', value = ''] of tag.slice(head.length, -1).matchAll(ATTRIBUTE)) {
    const bare = value.replace(/^(["'])(.*)\1$/s, '$2');
    const seen = !head.startsWith('</') && SEEN.get(name.toLowerCase())?.test(bare) === true;
    if (seen) kept.push(whole);
    else removed++;
  }
  return removed === 0 ? { text: tag, removed } : { text: `${[head, ...kept].join(' ')}>`, removed };
}
