import type { Environment } from '../environment.ts';

/** Shorter ones are in ordinary words. */
const MIN_PASSWORD_CHARS = 4;

/**
 * What the step holds and nobody may read: the key, the token, the proxy's password. Known even when the inputs are refused,
 * for a message that quotes a wrong input may quote a key that was put into it.
 */
export function secretsOf({ inputsJson, proxy }: Pick<Environment, 'inputsJson' | 'proxy'>): readonly string[] {
  const inputs = inputsIn(inputsJson);
  const given = ['api-key', 'github-token']
    .map((name) => inputs.get(name))
    .filter((value) => typeof value === 'string');
  return [...given.map((secret) => secret.trim()).filter((secret) => secret !== ''), ...passwordIn(proxy)];
}

function inputsIn(json: string): ReadonlyMap<string, unknown> {
  try {
    const given: unknown = JSON.parse(json);
    return new Map(typeof given === 'object' && given !== null ? Object.entries(given) : []);
  } catch {
    // Whoever reads the inputs says so.
    return new Map();
  }
}

/** As it stands in the URL, and as it is. */
function passwordIn(url: string): readonly string[] {
  const { password } = URL.canParse(url) ? new URL(url) : { password: '' };
  return [...new Set([password, decoded(password)])].filter(({ length }) => length >= MIN_PASSWORD_CHARS);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing.
    return text;
  }
}
