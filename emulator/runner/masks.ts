/** Values that the log never shows. */
export interface Masks {
  /** Also masks each line of a value of several, as the runner does. Empty and blank values are ignored. */
  add(value: string): void;
  hide(text: string): string;
  values(): readonly string[];
}

/**
 * The runner masks more than this (encoded forms of a secret, for one): what is hidden here is hidden there, and a leak
 * that only a lucky encoder would catch shows.
 */
export function createMasks(secrets: readonly string[]): Masks {
  const values = new Set<string>();
  const add = (value: string) => {
    for (const part of [value, ...value.split(/\r\n|\r|\n/)]) {
      if (part.trim() !== '') values.add(part);
    }
  };
  for (const secret of secrets) add(secret);
  return {
    add,
    // Longest first: a secret inside another must not leave the other's rest behind.
    hide: (text) =>
      [...values].sort((a, b) => b.length - a.length).reduce((masked, value) => masked.replaceAll(value, '***'), text),
    values: () => [...values],
  };
}
