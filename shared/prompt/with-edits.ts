export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** Carries the edits out, in whatever order they are given. One that lies inside another goes with it. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  const kept: string[] = [];
  let position = 0;
  for (const { from, to, insert } of edits.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < position) continue;
    kept.push(text.slice(position, from), insert);
    position = to;
  }
  kept.push(text.slice(position));
  return kept.join('');
}
