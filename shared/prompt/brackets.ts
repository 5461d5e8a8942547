import { strictTagEnd } from './html-syntax.ts';

/** A bracket inside of HTML, or of an address between `<` and `>`, is none. */
const TOKEN = /\\[\\[\]!<]|!?\[|\]|<(?=[a-z/])|\n(?=[ \t]*\r?\n)/gi;
/** An e-mail's address holds no brackets. */
const TAG_OR_ADDRESS = /<(?:[a-z][a-z0-9+.-]{1,31}:|\/?[a-z][a-z0-9-]*(?:\s|\/?>))/iy;

/** `[words]` or `![words]`. */
export interface Brackets {
  /** Where the first mark stands. */
  readonly index: number;
  /** Where the words begin, and where they end. */
  readonly inside: number;
  readonly closing: number;
  readonly image: boolean;
}

/** Gives each pair within a paragraph to `read`, the inner ones first; it returns where reading goes on. */
export function readBrackets(text: string, read: (brackets: Brackets) => number): void {
  const open: Omit<Brackets, 'closing'>[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const { 0: mark, index } = token;
    if (mark === '\n') open.length = 0;
    else if (mark === '<') TOKEN.lastIndex = bracketsEnd(text, index) ?? index + 1;
    else if (mark.endsWith('[') && !mark.startsWith('\\')) {
      open.push({ index, inside: index + mark.length, image: mark.startsWith('!') });
    } else if (mark === ']') {
      const opening = open.pop();
      if (opening !== undefined) TOKEN.lastIndex = read({ ...opening, closing: index });
    }
  }
}

/** Where the HTML or the address ends that begins at `at`, or undefined when its `<` is text. */
function bracketsEnd(text: string, at: number): number | undefined {
  TAG_OR_ADDRESS.lastIndex = at;
  return TAG_OR_ADDRESS.test(text) ? strictTagEnd(text, at) : undefined;
}
