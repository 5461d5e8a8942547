/** `<` and `>` as they are, or as references; browsers take them without the semicolon too. */
const OPENING = /(?:<|&(?:lt|LT|#0{0,6}60|#[xX]0{0,6}3[cC]);?)!--/g;
/** `-->`, and `--!>`, which HTML calls an error and accepts. */
const CLOSING = /--!?(?:>|&(?:gt|GT|#0{0,6}62|#[xX]0{0,6}3[eE]);?)/g;
const AT_LINE_START = /(?:^|\n)[ \t>]*$/;

/**
 * Removes HTML comments, closed or not, each for one blank so that its two sides do not grow together. What GitHub
 * hides is removed: an open comment at a line's start hides everything after it; elsewhere it hides nothing, and only
 * the mark goes.
 */
export function removeHtmlComments(text: string): { text: string; count: number } {
  const closings = [...text.matchAll(CLOSING)];
  const kept: string[] = [];
  let position = 0;
  let next = 0;
  let count = 0;
  for (const opening of text.matchAll(OPENING)) {
    const { index } = opening;
    if (index < position) continue;
    // `<!-->` is a whole comment, so the closing may share the opening's dashes.
    const earliest = index + opening[0].length - 2;
    while ((closings[next]?.index ?? Infinity) < earliest) next++;
    const closing = closings[next];
    kept.push(text.slice(position, index), ' ');
    count++;
    if (closing !== undefined) position = closing.index + closing[0].length;
    else if (AT_LINE_START.test(text.slice(Math.max(0, index - 100), index))) position = text.length;
    else position = index + opening[0].length;
  }
  kept.push(text.slice(position));
  return { text: kept.join(''), count };
}
