import { isJoined, isUnseen } from './invisible.ts';

const NAMES =
  'ZeroWidthSpace|NegativeVeryThinSpace|NegativeThinSpace|NegativeMediumSpace|NegativeThickSpace|NoBreak|shy|zwn?j|lrm|rlm|' +
  'InvisibleTimes|it|InvisibleComma|ic|ApplyFunction|af';
const REFERENCE = new RegExp(`&(?:#(\\d{1,7}|[xX][\\da-fA-F]{1,6})|${NAMES});`, 'g');
const JOINERS = new Set(['&zwj;', '&zwnj;', '\u200C', '\u200D']);
const MAX_CODE_POINT = 0x10ffff;

/** Removes references such as `&#8203;` that stand for characters which nobody sees. Visible ones stay as they are. */
export function removeInvisibleReferences(text: string): { text: string; count: number } {
  let count = 0;
  const cleaned = text.replace(REFERENCE, (whole: string, number: string | undefined, index: number) => {
    const character = number === undefined ? whole : characterOf(number);
    if (number !== undefined && !isUnseen(character)) return whole;
    if (JOINERS.has(character) && isJoined(text.slice(Math.max(0, index - 2), index))) return whole;
    count++;
    return '';
  });
  return { text: cleaned, count };
}

/** `8203` or `x200B`; an empty string for what is no character. */
function characterOf(number: string): string {
  const code = Number(/^x/i.test(number) ? `0${number}` : number);
  return code <= MAX_CODE_POINT ? String.fromCodePoint(code) : '';
}
