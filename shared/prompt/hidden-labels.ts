import { readBrackets } from './brackets.ts';
import { labelSpans, normalLabel } from './link-definitions.ts';
import { inlineTailAt } from './link-syntax.ts';
import type { Count } from './removed.ts';
import { withEdits, type Edit } from './with-edits.ts';

/** A single short word says no more than an address can. Scripts without blanks need four letters for a sentence. */
const WORDY_LABEL = /\s|\p{Lo}{4}|^[^]{31}/u;
const LABEL = /\[((?:[^[\]\\]|\\[^]){1,999})\]/y;
const NUMBER_IN_BRACKETS = /\[\s*(\d{1,9})\s*\]/g;

/**
 * Of `[words][label]` people see the words alone. A label that is seen nowhere and could say something becomes a number,
 * there and in its definition, so that the link still leads where it led.
 *
 * @param before the text before anything was taken out of it: what was taken for a comment may be none to GitHub, and the
 *   definitions in it are some
 */
export function removeHiddenLabels(text: string, before: string, count: Count): string {
  if (!text.includes('][') || !before.includes(']:')) return text;
  const definitions = labelSpans(text);
  const all = text === before ? definitions : [...definitions, ...labelSpans(before)];
  if (all.length === 0) return text;
  const definedAt = new Map(definitions.map((each) => [each.from, each.to]));
  const defined = new Set(all.map(({ label }) => normalLabel(label)));
  const hidden: { readonly from: number; readonly to: number; readonly label: string }[] = [];
  const seen = new Set<string>();
  readBrackets(text, ({ inside, closing }) => {
    const after = closing + 1;
    if (definedAt.get(inside) === closing) return after;
    const tail = inlineTailAt(text, after);
    if (tail !== undefined) return tail.end;
    LABEL.lastIndex = after;
    const [whole, label = ''] = LABEL.exec(text) ?? [];
    if (whole === undefined || !defined.has(normalLabel(label))) {
      const own = labelAt(text, inside - 1, after);
      if (own !== undefined) seen.add(normalLabel(own));
      return after;
    }
    hidden.push({ from: after + 1, to: after + 1 + label.length, label });
    return after + whole.length;
  });
  const renamed = numbersFor(
    text,
    hidden.map(({ label }) => label),
    seen,
  );
  if (renamed.size === 0) return text;
  count('link_label', renamed.size);
  const edits = [...hidden, ...definitions].flatMap(({ from, to, label }): Edit[] => {
    const insert = renamed.get(normalLabel(label));
    return insert === undefined ? [] : [{ from, to, insert }];
  });
  return withEdits(text, edits);
}

/** The label in the brackets from `from` to `to`; undefined when no label can be like that. */
function labelAt(text: string, from: number, to: number): string | undefined {
  LABEL.lastIndex = from;
  const label = LABEL.exec(text)?.[1];
  return LABEL.lastIndex === to ? label : undefined;
}

/** By label, numbers that stand in no brackets yet. */
function numbersFor(text: string, labels: readonly string[], seen: ReadonlySet<string>): Map<string, string> {
  const wordy = new Set(labels.filter((label) => WORDY_LABEL.test(label)).map(normalLabel));
  const renamed = new Map<string, string>();
  if (wordy.size === 0) return renamed;
  const taken = new Set(Array.from(text.matchAll(NUMBER_IN_BRACKETS), ([, number]) => Number(number)));
  let next = 1;
  for (const label of wordy) {
    if (seen.has(label)) continue;
    while (taken.has(next)) next += 1;
    renamed.set(label, String(next));
    next += 1;
  }
  return renamed;
}
