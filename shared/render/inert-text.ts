import type { Edit } from './edits.ts';
import type { TextRun } from './text-run.ts';

/** ZERO WIDTH SPACE as a reference: seen in the source, not on the page, and it works in Markdown as in HTML. */
export const SPLIT = '&#8203;';

const MENTION = /(?<![A-Za-z0-9])@(?=[*_~]{0,9}[A-Za-z0-9])/g;
/** What ends a line for one program or another. */
const LINE_ENDS = String.raw`\n\v\f\r\u0085\u2028\u2029`;
/** And all that they take away from a line's beginning: no line end, or a run of these would be read anew from each of them. */
const LINE_START = `(?:^|[${LINE_ENDS}])[^\\S${LINE_ENDS}]*[*_~[]{0,9}`;
// Not behind a lookbehind, which would look at the same blanks from each of them.
const COMMAND = new RegExp(String.raw`${LINE_START}\/(?=[a-z][\w-]{0,50}(?:[\s*_~\]]|$))`, 'gi');
const REFERENCE = String.raw`\[?[*_~]{0,9}(?:(?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d|GH-\d|https?:\/\/[^\s/]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/(?:issues|pull)\/\d)`;
const CLOSING = new RegExp(
  String.raw`(?<![A-Za-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|duplicate\s{1,20}of)` +
    String.raw`(?=[*_~]{0,9}\s{0,20}:?[*_~]{0,9}\s{0,20}(?:${REFERENCE}|(?:\[[^\]\n]{0,200}\])?\uFFFC))`,
  'gi',
);
const NUMBER_SIGN = /#(?=\d)/g;
const COMMIT_SIGN = /(?<=[\w-])@(?=[0-9a-f]{7,40}(?!\w|\.\w))/gi;
const NAME_BEFORE = /[\w-]+(?:\/[\w.-]+)?$/;
const LONGEST_NAME = 150;

/**
 * The insertions that keep a text from acting on GitHub while it reads the same: no `@mention` notifies, no `Fixes #1`
 * closes, no `Duplicate of #1` marks, no `owner/repo#1` or `owner/repo@sha` shows up elsewhere, no `/command` at a line's
 * start is obeyed, whose ever command it is. `#1` alone, and references to `ownRepository`, stay links.
 *
 * What GitHub recognises: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 * and https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 * and https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/marking-issues-or-pull-requests-as-a-duplicate
 */
export function inertTextEdits(run: TextRun, ownRepository = ''): Edit[] {
  const { text } = run;
  const after = [
    ...positions(text, MENTION),
    ...commandPositions(text),
    // After the first letter: no ending of a keyword is itself a keyword, and the reference stays a link.
    ...positions(text, CLOSING),
    ...positions(text, NUMBER_SIGN).filter((index) => isElsewhere(text, index, ownRepository)),
    ...positions(text, COMMIT_SIGN).filter((index) => isElsewhere(text, index, ownRepository)),
  ];
  return after.map((index) => run.insertAfter(index, SPLIT));
}

function positions(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index);
}

/** Where the `/` of commands stands. */
function commandPositions(text: string): number[] {
  return Array.from(text.matchAll(COMMAND), ({ index, 0: start }) => index + start.length - 1);
}

function isElsewhere(text: string, index: number, ownRepository: string): boolean {
  const name = NAME_BEFORE.exec(text.slice(Math.max(0, index - LONGEST_NAME), index))?.[0];
  return name !== undefined && name.toLowerCase() !== ownRepository.toLowerCase();
}
