import { hiddenTex, type HiddenTex } from './hidden-tex.ts';
import { LINE_HEAD } from './line-head.ts';
import type { Count } from './removed.ts';

const PARAGRAPH = /\n[ \t]*(?=\r?\n)/;
const MATH_FENCE = new RegExp(`^${LINE_HEAD}(\`{3,}|~{3,})[ \\t]*math\\b`, 'i');
const FENCE_END = /^[ \t>]*(`{3,}|~{3,})[ \t]*\r?\n?$/;
const FENCED = /^([^\n]*\n?)([^]*?)(\n[ \t]*(?:`{3,}|~{3,})[ \t]*\r?)?$/;
/**
 * GitHub takes `$` for the beginning of a formula, and for its end, where no blank is inside of it; `$$` may stand on a
 * line of its own.
 */
const FORMULA =
  /(?<![\w$\\])(?:(\$\$)([^$\\]*(?:\\[^][^$\\]*)*)\$\$|(\$)(?=[^\s$])([^$\\]*(?:\\[^][^$\\]*)*)(?<=[^\s\\$])\$)(?![\w$])/g;
const REMARK = /(?<!\\)((?:\\\\)*)%[^\n]*/g;

/**
 * Removes from prose the parts of formulas that people do not see; see hidden-tex.ts. A formula stands between dollar signs
 * in one paragraph, or in a fence of the language `math` that was not taken for code.
 */
export function removeHiddenMath(text: string, count: Count): string {
  if (!/[\\%]/.test(text) || !/\$|math/i.test(text)) return text;
  return withoutFences(text, count)
    .split(new RegExp(`(${PARAGRAPH.source})`))
    .map((paragraph) => withoutFormulas(paragraph, count))
    .join('');
}

/** All of `tex` is a formula. */
function withoutHiddenTex(tex: string, count: Count): string {
  return without(withoutRemarks(tex, count), count);
}

/** A formula that is written as code: a fence of the language `math`, or a span between dollar signs. */
export function removeHiddenFromMathCode(code: string, count: Count): string {
  const [open = '', tex = '', close = ''] = (/^(`+)([^]*?)(\1)$/.exec(code) ?? FENCED.exec(code) ?? []).slice(1);
  return `${open}${withoutHiddenTex(tex, count)}${close}`;
}

function withoutFences(text: string, count: Count): string {
  if (!/(?:`{3}|~{3})[ \t]*math/i.test(text)) return text;
  const kept: string[] = [];
  let fence = '';
  let math: string[] = [];
  const endFormula = (): void => {
    kept.push(withoutHiddenTex(math.join(''), count));
    math = [];
    fence = '';
  };
  for (const line of text.split(/(?<=\n)/)) {
    const closes = fence !== '' && FENCE_END.exec(line)?.[1]?.startsWith(fence) === true;
    if (closes) endFormula();
    if (fence !== '') math.push(line);
    else kept.push(line);
    if (fence === '' && !closes) fence = MATH_FENCE.exec(line)?.[1] ?? '';
  }
  endFormula();
  return kept.join('');
}

function withoutFormulas(paragraph: string, count: Count): string {
  const first = paragraph.indexOf('$');
  const last = paragraph.lastIndexOf('$');
  if (first === last) return paragraph;
  const formulas = paragraph
    .slice(first, last + 1)
    .replace(FORMULA, (whole, ...[two, display, one, inline]: string[]) => {
      const [mark, tex] = [two ?? one ?? '', display ?? inline ?? ''];
      const rest = withoutRemarks(tex, count);
      return rest === tex ? whole : `${mark}${rest}${mark}`;
    });
  return paragraph.slice(0, first) + without(formulas, count) + paragraph.slice(last + 1);
}

function withoutRemarks(tex: string, count: Count): string {
  if (!tex.includes('%')) return tex;
  return tex.replace(REMARK, (_remark, before: string) => {
    count('hidden_math', 1);
    return `${before} `;
  });
}

function without(tex: string, count: Count): string {
  const hidden: readonly HiddenTex[] = hiddenTex(tex);
  if (hidden.length === 0) return tex;
  count('hidden_math', hidden.length);
  const kept: string[] = [];
  let position = 0;
  for (const { from, to } of hidden) {
    kept.push(tex.slice(position, from), ' ');
    position = to;
  }
  kept.push(tex.slice(position));
  return kept.join('');
}
