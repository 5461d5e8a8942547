const FENCE = /^([ \t>]*)(`{3,}|~{3,})(.*)$/;
const DETAILS = /<(\/?)details\b[^<>]{0,100}>/gi;
/** How far back a cut may move to fall between paragraphs, lines or words. */
const MAX_STEP_BACK = 2_000;

/**
 * Cuts Markdown to at most `limit` UTF-16 code units, `notice` included: between paragraphs if one ends near, else
 * between lines (never inside a table row), words, or at least characters. Fences and `<details>` that the cut leaves
 * open are closed before the notice.
 *
 * @param notice Markdown that says where the rest is
 */
export function truncateMarkdown(markdown: string, limit: number, notice: string): string {
  if (markdown.length <= limit) return markdown;
  const ending = `\n\n${notice}\n`;
  let room = limit - ending.length;
  // Closing what is open takes room itself, so the cut may move once or twice more.
  while (room > 0) {
    const head = markdown.slice(0, cutBefore(markdown, room)).trimEnd();
    const closing = closingOf(head);
    const text = `${head}${closing}${ending}`;
    if (text.length <= limit) return text;
    room -= Math.max(text.length - limit, 1);
  }
  return notice.length <= limit ? notice : '';
}

/** The last good place for a cut at or before `end`. */
function cutBefore(text: string, end: number): number {
  const earliest = Math.max(0, end - Math.min(MAX_STEP_BACK, Math.floor(end / 4)));
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, end);
    if (at > earliest) return at;
  }
  return isHighSurrogate(text, end - 1) ? end - 1 : end;
}

function isHighSurrogate(text: string, index: number): boolean {
  return /^[\uD800-\uDBFF]$/.test(text.charAt(index));
}

/** What closes the fence and the details that are open at the end of `text`. */
function closingOf(text: string): string {
  let fence: { indent: string; mark: string } | undefined;
  let details = 0;
  for (const line of text.split('\n')) {
    const [, indent = '', mark = '', info = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      const closes = mark.startsWith(fence.mark) && info.trim() === '';
      if (closes) fence = undefined;
    } else if (mark !== '' && !(mark.startsWith('`') && info.includes('`'))) {
      fence = { indent, mark };
    } else {
      for (const [, closes] of line.matchAll(DETAILS)) details = Math.max(0, details + (closes === '/' ? -1 : 1));
    }
  }
  return `${fence === undefined ? '' : `\n${fence.indent}${fence.mark}`}${'\n\n</details>'.repeat(details)}`;
}
