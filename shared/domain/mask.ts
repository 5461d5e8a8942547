/** What stands where a secret stood, as in GitHub's own logs. */
export const MASK = '***';

/** Shorter values are not masked: they would turn ordinary words into asterisks and tell more than they hide. */
const MIN_SECRET_CHARS = 4;

/**
 * Replaces every secret in `text` by `***`: as it is, URL-encoded, as JSON quotes it, and in base64 (also base64url, and
 * wherever in a longer encoded text it begins, e.g. the password of a `Basic` header). Each line of a secret with several
 * lines counts as one. What leaves goes through mask-for.ts, which knows what we were never given as well.
 */
export function maskSecrets(text: string, secrets: Iterable<string>): string {
  const pattern = patternOf([...secrets]);
  return pattern === undefined ? text : text.replace(pattern, MASK);
}

let lastKey: string | undefined;
let lastPattern: RegExp | undefined;

/** A log masks line after line with the same secrets, so the last pattern is kept. */
function patternOf(secrets: readonly string[]): RegExp | undefined {
  const key = JSON.stringify(secrets);
  if (key !== lastKey) {
    // Longest first: a regular expression takes the first alternative that fits, and a short one would leave a rest.
    const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
    lastPattern = forms.length === 0 ? undefined : new RegExp(forms.map(sourceOf).join('|'), 'g');
    lastKey = key;
  }
  return lastPattern;
}

function formsOf(secret: string): string[] {
  return secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_SECRET_CHARS)
    .flatMap((line) => [line, JSON.stringify(line).slice(1, -1), ...urlForms(line), ...base64Forms(line)]);
}

/** As a part of an address that was put together with care, as an address writes what was just appended to it, as a form. */
function urlForms(secret: string): string[] {
  const url = new URL('https://x.example');
  url.search = secret;
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [encodeURIComponent(secret), encodeURI(secret), url.search.slice(1), form].filter(
    ({ length }) => length >= MIN_SECRET_CHARS,
  );
}

/** Base64 packs three bytes in four characters, so a secret inside a longer text looks different by where it begins. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    const core = bytes.toString('base64').slice(first, last);
    if (core.length < MIN_SECRET_CHARS) return [];
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/**
 * JSON in JSON, as logs and errors quote it, doubles the backslashes before a quotation mark with each layer. So many for
 * four layers, and bounded, so that a text of backslashes costs no more than any other.
 */
const MAX_BACKSLASHES = 16;

function sourceOf(form: string): string {
  return form
    .split(/(\\*"|\\+)/)
    .map((part, index) => (index % 2 === 0 ? escapeForPattern(part) : quotedSource(part)))
    .join('');
}

function quotedSource(part: string): string {
  if (part.endsWith('"')) return `\\\\{${part.length - 1},${MAX_BACKSLASHES}}"`;
  return `\\\\{1,${MAX_BACKSLASHES}}`;
}

function escapeForPattern(text: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
    .replace(/%[\dA-F]{2}/g, (byte) => byte.replace(/[A-F]/g, (digit) => `[${digit}${digit.toLowerCase()}]`));
}
