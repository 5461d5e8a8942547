/** Most names are this. To look up what Unicode calls a control character takes longer than all else here. */
const PLAIN = /^[\x20-\x7E]*$/;

/**
 * Hostile text as inert inline code: whatever a branch or file is called, Markdown shows it and nothing more. Control
 * and invisible characters, line ends included, become `�`.
 */
export function codeSpan(text: string): string {
  const visible = PLAIN.test(text) ? text : text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  const longest = Math.max(0, ...Array.from(visible.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // CommonMark takes one space off each end again: https://spec.commonmark.org/0.31.2/#code-spans
  const pad = /^[` ]|[` ]$/.test(visible) ? ' ' : '';
  return `${fence}${pad}${visible}${pad}${fence}`;
}
