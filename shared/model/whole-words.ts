/** What tokens, keys, encodings and addresses are made of. */
const LAST_WORD = /[\w+/=.~%@&\\-]+$/;

/**
 * The start of a text for messages, at most `maxChars`, without the word that the cut would go through: half of a secret is
 * none that a mask knows. '' when all of it is one word.
 */
export function wholeWords(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(LAST_WORD, '');
}
