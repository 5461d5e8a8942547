import type { ChangedFile } from './state.ts';

/** Lines of context around a change, as `git diff` shows. */
const CONTEXT_LINES = 3;

/** What a branch changes of another, file by file, each as one hunk around everything that differs. */
export function changedFiles(
  base: ReadonlyMap<string, string>,
  head: ReadonlyMap<string, string>,
): readonly ChangedFile[] {
  const paths = [...new Set([...base.keys(), ...head.keys()])].sort();
  return paths
    .filter((path) => base.get(path) !== head.get(path))
    .map((filename) => {
      const [before, after] = [base.get(filename), head.get(filename)];
      const status = before === undefined ? 'added' : after === undefined ? 'removed' : 'modified';
      return { filename, status, ...hunkBetween(linesOf(before), linesOf(after)) };
    });
}

function linesOf(text = ''): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The lines that differ, between the lines that both begin and both end with. */
function hunkBetween(
  before: readonly string[],
  after: readonly string[],
): Pick<ChangedFile, 'additions' | 'deletions' | 'patch'> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  const lead = before.slice(Math.max(0, start - CONTEXT_LINES), start);
  const trail = before.slice(before.length - end, before.length - end + CONTEXT_LINES);
  const span = (own: number) => {
    const length = lead.length + own + trail.length;
    return `${length === 0 ? 0 : start - lead.length + 1},${length}`;
  };
  const marked = (mark: string, lines: readonly string[]) => lines.map((line) => `${mark}${line}`);
  const patch = [
    `@@ -${span(removed.length)} +${span(added.length)} @@`,
    ...marked(' ', lead),
    ...marked('-', removed),
    ...marked('+', added),
    ...marked(' ', trail),
  ].join('\n');
  return { additions: added.length, deletions: removed.length, patch };
}
