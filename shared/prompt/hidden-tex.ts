import { isHidingColor } from './math-color.ts';

/** How much of a formula a command hides: its arguments, the rest of its group, or, by moving it away, all of it. */
type Reach = number | 'rest' | 'all';

const COLORED: ReadonlyMap<string, Reach> = new Map<string, Reach>([
  ['color', 'rest'],
  ['textcolor', 2],
  ['colorbox', 2],
  ['fcolorbox', 3],
]);
const HIDING: ReadonlyMap<string, Reach> = new Map<string, Reach>([
  ...['phantom', 'hphantom', 'vphantom', 'rlap', 'llap', 'clap', 'mathrlap', 'mathllap', 'mathclap', 'label'].map(
    (name): [string, Reach] => [name, 1],
  ),
  ...['style', 'class', 'cssId', 'mathtip', 'texttip', 'toggle', 'bbox'].map((name): [string, Reach] => [name, 2]),
  ...['tiny', 'def', 'gdef', 'let', 'newcommand', 'renewcommand', 'newenvironment', 'DeclareMathOperator'].map(
    (name): [string, Reach] => [name, 'rest'],
  ),
]);
/** Words that stand behind a backslash elsewhere too, and what TeX's are followed by. */
const IN_PROSE: ReadonlyMap<string, RegExp> = new Map([
  ...['label', 'style', 'class', 'toggle'].map((name): [string, RegExp] => [name, /^\s*[{[]/]),
  ...['def', 'let'].map((name): [string, RegExp] => [name, /^\s*\\/]),
]);
const MOVING = /^(?:[hv]space|[hm]?skip|m?kern|mspace|raise|lower|raisebox|moveleft|moveright)$/;
const COMMAND = /\\([a-zA-Z]+)\*?/g;
const LENGTH = /\s*\{?\s*([+-]?[\d.]+)\s*(em|ex|mu|px|pt|cm|mm|in|pc)/y;
const EM: Readonly<Record<string, number>> = {
  em: 1,
  ex: 0.5,
  mu: 1 / 18,
  px: 1 / 16,
  pt: 0.1,
  cm: 2.8,
  mm: 0.28,
  in: 7.2,
  pc: 1.2,
};
/** What is moved farther stands on other words or where nobody looks. */
const FAR_EM = 4;
const LONGEST_COLOR = 100;
const OPTION = /\s*\[([^\][]{0,100})\]/y;
const COLOR = new RegExp(String.raw`\s*\{([^{}$]{0,${LONGEST_COLOR}})\}`, 'y');

/** A stretch of TeX that shows nothing. */
export interface HiddenTex {
  readonly from: number;
  readonly to: number;
}

/**
 * The parts of TeX that people do not see: phantoms, what is drawn over or away from other words, tiny or in the page's
 * own colour, what only defines. A formula does not reach beyond a `$`. Reads from left to right, once.
 */
export function hiddenTex(tex: string): HiddenTex[] {
  const found: HiddenTex[] = [];
  COMMAND.lastIndex = 0;
  for (let match = COMMAND.exec(tex); match !== null; match = COMMAND.exec(tex)) {
    const after = match.index + match[0].length;
    const reach = reachOf(match[1] ?? '', tex, after);
    // `\\` is the end of a line, and what follows it is a word.
    if (reach === undefined || isEscaped(tex, match.index)) continue;
    const from = reach === 'all' ? tex.lastIndexOf('$', match.index) + 1 : match.index;
    const to = endOf(tex, after, reach);
    while ((found.at(-1)?.from ?? -1) >= from) found.pop();
    found.push({ from, to });
    COMMAND.lastIndex = to;
  }
  return found;
}

function reachOf(name: string, tex: string, after: number): Reach | undefined {
  const colored = COLORED.get(name);
  if (colored !== undefined) return isHidden(tex, after) ? colored : undefined;
  const isProse = IN_PROSE.get(name)?.test(tex.slice(after, after + 9)) === false;
  if (!MOVING.test(name)) return isProse ? undefined : HIDING.get(name);
  LENGTH.lastIndex = after;
  const [, size = '', unit = ''] = LENGTH.exec(tex) ?? [];
  return Math.abs(Number(size) * (EM[unit] ?? 0)) > FAR_EM ? 'all' : undefined;
}

function isHidden(tex: string, after: number): boolean {
  OPTION.lastIndex = after;
  const option = OPTION.exec(tex);
  COLOR.lastIndex = after + (option?.[0].length ?? 0);
  const color = COLOR.exec(tex)?.[1];
  return color === undefined || isHidingColor(color, option?.[1]);
}

function isEscaped(tex: string, at: number): boolean {
  let slashes = 0;
  while (tex[at - 1 - slashes] === '\\' && slashes < 100) slashes++;
  return slashes % 2 === 1;
}

function endOf(tex: string, after: number, reach: Reach): number {
  if (reach === 'all') return indexOr(tex, '$', after);
  if (reach === 'rest') return groupEnd(tex, after);
  let end = after;
  OPTION.lastIndex = end;
  end += OPTION.exec(tex)?.[0].length ?? 0;
  for (let argument = 0; argument < reach; argument++) end = argumentEnd(tex, end);
  return end;
}

/** Behind a group in braces, or one command or character. */
function argumentEnd(tex: string, from: number): number {
  let start = from;
  while (/\s/.test(tex[start] ?? '')) start++;
  if (tex[start] === '{') return Math.min(groupEnd(tex, start + 1, true) + 1, tex.length);
  if (tex[start] === '\\') return start + (/^\\(?:[a-zA-Z]+|[^]?)/.exec(tex.slice(start, start + 50))?.[0].length ?? 1);
  return tex[start] === '$' ? start : Math.min(start + 1, tex.length);
}

/** Where the group that `from` is in ends; `$` ends it too, but within braces of its own. */
function groupEnd(tex: string, from: number, isBraced = false): number {
  let depth = 0;
  for (let at = from; at < tex.length; at++) {
    const character = tex[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) return at;
    else if (character === '$' && depth === 0 && !isBraced) return at;
  }
  return tex.length;
}

function indexOr(tex: string, mark: string, from: number): number {
  const index = tex.indexOf(mark, from);
  return index === -1 ? tex.length : index;
}
