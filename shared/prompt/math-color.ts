/** Names of colours that nobody reads on a white page. */
const PALE =
  /^(?:transparent|none|white|snow|ivory|azure|linen|beige|cornsilk|seashell|honeydew|mintcream|oldlace|aliceblue|lavender|gainsboro|(?:floral|ghost|antique|navajo)white|whitesmoke|lavenderblush|light(?:yellow|cyan|goldenrodyellow)|lemonchiffon|papayawhip|mistyrose|bisque|blanchedalmond)$/i;
const HEX = /^#?([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;
/** So bright that it hardly differs from white, or so dark that it is a dark page's own colour. Relative luminance, WCAG 2.2. */
const BRIGHT = 0.75;
const DARK = 0.02;

/** Is text of this colour unseen on one of GitHub's pages, or cannot that be told? Black itself is what text is anyway. */
export function isHidingColor(color: string, model = ''): boolean {
  const plain = color.trim();
  if (/^[a-z]+$/i.test(plain) && !(model === 'HTML' && HEX.test(plain))) return PALE.test(plain);
  const parts = partsOf(plain, model);
  if (parts === undefined || parts.some(Number.isNaN)) return true;
  const [red = 0, green = 0, blue = 0, alpha = 1] = parts.map((part) => Math.min(1, Math.max(0, part)));
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return alpha < 0.5 || luminance > BRIGHT || (luminance < DARK && luminance > 0);
}

/** Red, green, blue and perhaps how opaque, from 0 to 1. */
function partsOf(color: string, model: string): number[] | undefined {
  const hex = HEX.exec(color)?.[1];
  if (hex !== undefined && (color.startsWith('#') || model === 'HTML')) {
    const digits = hex.length < 6 ? hex.replace(/./g, '$&$&') : hex;
    return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16) / 255);
  }
  const values = (/^(?:rgba?\()?([\d.,\s]+)\)?$/i.exec(color)?.[1] ?? '').split(',').map(Number.parseFloat);
  if (model === 'gray') return [values[0] ?? NaN, values[0] ?? NaN, values[0] ?? NaN];
  if (values.length < 3) return undefined;
  const most = model === 'rgb' ? 1 : 255;
  return values.map((value, index) => (index === 3 ? value : value / most));
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
