import { decodeNamedCharacterReference } from 'decode-named-character-reference';

const REFERENCE = /&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));/y;

/** The character reference (`&amp;`, `&#64;`, `&#x40;`) that starts at `index`, with what it means and how long it is. */
export function characterReferenceAt(text: string, index: number): { text: string; length: number } | undefined {
  REFERENCE.lastIndex = index;
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [whole, hex, decimal, name] = match;
  const decoded =
    name === undefined
      ? fromCodePoint(hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16))
      : decodeNamedCharacterReference(name);
  return decoded === false ? undefined : { text: decoded, length: whole.length };
}

/** Decodes every character reference in `text`. */
export function decodeCharacterReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&#?[A-Za-z0-9]{1,32};/g, (reference) => characterReferenceAt(reference, 0)?.text ?? reference);
}

function fromCodePoint(code: number): string {
  const valid = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return valid ? String.fromCodePoint(code) : '\uFFFD';
}
