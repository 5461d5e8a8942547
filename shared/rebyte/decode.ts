/* oxlint-disable typescript/no-unsafe-type-assertion -- this is the one place where the server is taken at its word */
// The trust boundary: what came over the wire becomes a typed value here, and nowhere else is `as` allowed.
// Only what the client and its callers cannot live without is checked; every other field is the server's word.
import { InvalidResponseError } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Turns a parsed JSON body into `T`, or throws InvalidResponseError. */
export type Decode<T> = (body: unknown) => T;

/** An object whose named fields are non-empty strings. */
export function objectWith<T>(...required: readonly (keyof T & string)[]): Decode<T> {
  return (body) => {
    const fields = fieldsOf(body);
    for (const name of required) {
      const value = fields[name];
      if (typeof value !== 'string' || value === '') throw missing(name, body);
    }
    return body as T;
  };
}

/** An object with a list under the name, each entry decoded. */
export function listIn<T>(name: string, entry: Decode<T>): Decode<readonly T[]> {
  return (body) => {
    const list = fieldsOf(body)[name];
    if (!Array.isArray(list)) throw missing(name, body);
    return list.map((each) => entry(each));
  };
}

/** The fields of a JSON object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function stringIn(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** A JSON text's value, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined is the answer: JSON has no text for it.
    return undefined;
  }
}

function missing(name: string, body: unknown): InvalidResponseError {
  const got = startOf(JSON.stringify(body) ?? 'no JSON', 200);
  return new InvalidResponseError(`a field "${name}" was expected, got: ${got}`);
}

/** The start of a text for messages. A cut goes through no word: half of a secret is none that a caller's mask knows. */
export function startOf(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\w+/=.~%@&\\-]+$/, '');
}
