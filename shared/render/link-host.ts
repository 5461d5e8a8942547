import { domainToUnicode } from 'node:url';

/** Stands for the page that a relative address belongs to. */
const HERE = 'relative.invalid';
/** Letters of other alphabets that are drawn like Latin ones; a name of these alone is read as a Latin one. */
const DRAWN_AS_LATIN = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡαινορτυκօսհոց]+$/u;
/** Latin letters of living languages that no reader takes for another. */
const USUAL_LATIN = /^[a-zà-öø-ÿ\u0101-\u0130\u0132-\u0137\u0139-\u017eơưșț\u1ea1-\u1ef9]$/u;
/** Alphabets that Japanese, Korean and Chinese names mix with Latin. Unicode Technical Standard 39, 5.2. */
const EAST_ASIAN = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}]/gu;
const ALPHABETS =
  'Latn Cyrl Grek Arab Hebr Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Geor Armn Ethi Khmr Mong Thaa';
/** Made when it is first needed, which is hardly ever. */
let oneAlphabet: RegExp | undefined;

/** An address as browsers read it on a page of GitHub's; undefined when it leads nowhere, or not to a page. */
export function webAddress(url: string): URL | undefined {
  // A backslash ends a host for browsers, but GitHub hands them `%5C`, which does not.
  const encoded = url.replaceAll('\\', '%5C');
  const target = URL.canParse(encoded, `https://${HERE}/`) ? new URL(encoded, `https://${HERE}/`) : undefined;
  const isOutside = target !== undefined && /^https?:$/.test(target.protocol) && target.hostname !== HERE;
  return isOutside ? target : undefined;
}

/** The host that an address leads to, as browsers spell it: lower case, other alphabets in punycode. */
export function hostOf(url: string): string | undefined {
  return webAddress(url)?.hostname.replace(/\.$/, '');
}

/**
 * Is a host, in punycode, read as another one: letters of several alphabets in one name (`gіthub` with a Cyrillic `і`),
 * only such as look like Latin ones, or signs like `⁄` that look like the end of the host? `münchen` and `пример` are not.
 */
export function isDeceptiveHost(host: string): boolean {
  if (!host.includes('xn--')) return false;
  const names = domainToUnicode(host).split('.');
  const isLatinEnding = /^[a-z]*$/.test(names.at(-1) ?? '');
  return names.some((name) => {
    const letters = name.replace(/[\p{N}_-]/gu, '');
    return isMixed(letters) || (isLatinEnding && DRAWN_AS_LATIN.test(letters));
  });
}

function isMixed(letters: string): boolean {
  if (/^[a-z]*$/.test(letters)) return false;
  if (/[^\p{L}\p{M}·・ー]/u.test(letters)) return true;
  const others = letters.replace(/[·・ー]/g, '').replace(EAST_ASIAN, '');
  const latin = others.match(/\p{sc=Latn}/gu) ?? [];
  if (latin.some((letter) => !USUAL_LATIN.test(letter))) return true;
  oneAlphabet ??= new RegExp(
    `^(?:${ALPHABETS.split(' ')
      .map((name) => String.raw`[\p{sc=${name}}\p{M}]+`)
      .join('|')})?$`,
    'u',
  );
  const isEastAsian = others.length < letters.length;
  return isEastAsian ? latin.length < others.length : !oneAlphabet.test(others);
}
