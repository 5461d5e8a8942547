/** Replaces `[from, to)` of a source by `insert`; an insertion has `from === to`. Offsets are UTF-16 code units. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Applies edits to the text they were found in. Of two that overlap the earlier one wins; the rest stays as it was. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.from - b.from || a.to - b.to);
  const parts: string[] = [];
  let position = 0;
  for (const edit of sorted) {
    if (edit.from < position) continue;
    parts.push(source.slice(position, edit.from), edit.insert);
    position = edit.to;
  }
  parts.push(source.slice(position));
  return parts.join('');
}
