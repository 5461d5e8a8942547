const PLAIN = /^[\t\n\r\x20-\x7E]*$/;
const MARKS = /[<[&$|]|math|`{3}|~{3}/i;

/** Whether nothing can be hidden in the text: it has no mark to hide behind, and no character that is not seen. */
export function isPlain(text: string): boolean {
  return !MARKS.test(text) && PLAIN.test(text);
}
