/**
 * Letters that ZERO WIDTH JOINER and NON-JOINER shape: Arabic script (Persian, Urdu), the Indic scripts and their kin.
 * Unicode 16, chapter 23.2 "Layout Controls".
 */
const JOINING =
  String.raw`[\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Nkoo}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}` +
  String.raw`\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]`;

/** What looks invisible but is part of something seen. */
const KEPT = [
  // The flags of England, Scotland and Wales: the only tag sequences in general use.
  String.raw`\u{1F3F4}(?:\u{E0067}\u{E0062})(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
  // The joiner inside an emoji, e.g. a family.
  String.raw`(?<=\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)\u200D(?=\p{Extended_Pictographic})`,
  // One variation selector that picks between an emoji and a text symbol; keycaps.
  String.raw`(?<=[#*0-9])\uFE0F(?=\u20E3)`,
  String.raw`(?<=(?![#*0-9])\p{Emoji})[\uFE0E\uFE0F]`,
  // One joiner after a letter that it shapes.
  String.raw`(?<=${JOINING})[\u200C\u200D](?![\u200C\u200D])`,
  // Signs of Arabic, Syriac and Kaithi that enclose digits: format characters by name only.
  String.raw`[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]`,
].join('|');

const BIDI = String.raw`[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]`;
// Format and default-ignorable characters (tags, variation selectors, fillers, soft hyphens …), controls, and letters,
// signs and notes that are drawn as nothing: Braille's, Khitan's, music's. Blanks between words are spaces, and stay.
const UNSEEN = String.raw`[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{16FE4}\u{1D159}\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]`;
/** Most texts are this and need no more. */
const PLAIN = /^[\t\n\r\x20-\x7E]*$/;
/** Made when it is first needed: that takes longer than reading most texts. */
let pattern: RegExp | undefined;
let unseen: RegExp | undefined;
let joined: RegExp | undefined;

/** Takes out the characters that nobody sees but a model reads. Emoji, Persian and Indic joiners, RTL letters survive. */
export function removeInvisible(text: string): { text: string; invisible: number; bidi: number } {
  if (PLAIN.test(text)) return { text, invisible: 0, bidi: 0 };
  let invisible = 0;
  let bidi = 0;
  pattern ??= new RegExp(`(${KEPT})|(${BIDI})|${UNSEEN}`, 'gu');
  const cleaned = text.replace(
    pattern,
    (character: string, kept: string | undefined, direction: string | undefined) => {
      if (kept !== undefined) return character;
      if (direction === undefined) invisible++;
      else bidi++;
      return '';
    },
  );
  return { text: cleaned, invisible, bidi };
}

/** Whether nobody sees this character when it stands alone. */
export function isUnseen(character: string): boolean {
  unseen ??= new RegExp(`^${UNSEEN}$`, 'u');
  return unseen.test(character);
}

/** Whether `text` ends in a letter that a joiner after it shapes. */
export function isJoined(text: string): boolean {
  joined ??= new RegExp(`${JOINING}$`, 'u');
  return joined.test(text);
}
