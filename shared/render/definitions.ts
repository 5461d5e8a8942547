import { decodeCharacterReferences } from './character-reference.ts';
import type { Leaf } from './markdown-leaves.ts';

const DEFINITION = /^[ \t]*\[((?:[^[\]\\]|\\[^]){1,999})\]:[ \t]{0,99}\n?[ \t]{0,99}(<[^<>\n]*>|[^\s<]\S*)/gm;

/** Where `[words][label]` leads to. */
export interface Definitions {
  /** The decoded address behind a label; undefined when there is none. */
  readonly get: (label: string) => string | undefined;
}

/** Everything that could be a link's definition. Of several with one label the first counts, as in CommonMark. */
export function readDefinitions(leaves: readonly Leaf[]): Definitions {
  const addresses = new Map<string, string>();
  for (const { text } of leaves) {
    if (!text.includes(']:')) continue;
    for (const [, label = '', raw = ''] of text.matchAll(DEFINITION)) {
      const name = normalLabel(label);
      if (!addresses.has(name)) addresses.set(name, decodeDestination(raw));
    }
  }
  return { get: (label) => addresses.get(normalLabel(label)) };
}

/** A destination of Markdown's, with or without `<>`, as the address it stands for. */
export function decodeDestination(raw: string): string {
  const bare = raw.startsWith('<') ? raw.slice(1, -1) : raw;
  return decodeCharacterReferences(bare.replace(/\\([!-/:-@[-`{-~])/g, '$1'));
}

/** Labels match without regard to case and blanks. CommonMark 0.31, "matches". */
function normalLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
