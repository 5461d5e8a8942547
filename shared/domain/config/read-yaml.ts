import { Composer, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, Parser, type CST, type Document } from 'yaml';
import type { ConfigProblem } from '../../model/repository-config.ts';

/** Hand-written files have a few. Aliases of aliases grow without end. */
const MAX_ALIASES = 50;

/** The library composes by recursion, and V8 may abort the process when a regular expression meets the stack's end. */
const MAX_DEPTH = 24;

const OPTIONS = { prettyErrors: false, stringKeys: true, uniqueKeys: false, logLevel: 'silent' } as const;

export type YamlPath = readonly PropertyKey[];

export type ReadYaml =
  | {
      readonly kind: 'read';
      readonly value: unknown;
      /** The line of the entry at a path, or of the nearest one around it. Counted from 1. */
      readonly lineOf: (path: YamlPath) => number | undefined;
    }
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] };

/** Reads one YAML 1.2 document. Nothing is built from tags, and neither aliases nor nesting can make much of little. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (isDeep(tokens)) return broken([{ message: `The file nests deeper than ${MAX_DEPTH} levels. Write it flatter.` }]);
  const [document, second] = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  if (document === undefined) return { kind: 'read', value: undefined, lineOf: () => undefined };
  const at = (offset: number) => lines.linePos(offset).line;
  if (second !== undefined)
    return broken([{ line: at(second.range[0]), message: 'The file holds several documents. Remove the line `---`.' }]);
  const faults = [
    ...[...document.errors, ...document.warnings].map(({ message, pos }) => ({ offset: pos[0], message })),
    ...doubledKeys(document),
  ];
  if (faults.length > 0)
    return broken(
      faults.slice(0, 10).map(({ offset, message }) => ({
        line: at(offset),
        message: `This is not YAML: ${message.split('\n')[0] ?? ''}. Mend the line, most often its indentation or quotes.`,
      })),
    );
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: 'read', value, lineOf: (path) => offsetOf(document, path).map(at)[0] };
  } catch {
    // What reads and cannot be built has too many aliases, or one that names nothing.
    return broken([{ message: 'Its aliases (`*name`) cannot be followed. Write their values out.' }]);
  }
}

function broken(problems: readonly ConfigProblem[]): ReadYaml {
  return { kind: 'broken', problems };
}

function isDeep(tokens: readonly CST.Token[]): boolean {
  const open = tokens.map((token): [unknown, number] => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (depth > MAX_DEPTH) return true;
    if (typeof token !== 'object' || token === null) continue;
    if ('value' in token) open.push([token.value, depth]);
    if (!('items' in token) || !Array.isArray(token.items)) continue;
    for (const { key, value } of token.items) open.push([key, depth + 1], [value, depth + 1]);
  }
  return false;
}

/** The library compares every key of a map with every other. */
function doubledKeys(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  const open: unknown[] = [document.contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isSeq(node)) open.push(...node.items);
    if (!isMap(node)) continue;
    const keys = new Set<unknown>();
    for (const { key, value } of node.items) {
      open.push(value);
      if (!isScalar(key)) continue;
      if (keys.has(key.value))
        found.push({ offset: key.range?.[0] ?? 0, message: `\`${String(key.value)}\` is there twice` });
      keys.add(key.value);
    }
  }
  return found.sort((one, other) => one.offset - other.offset);
}

/** Of the innermost entry of the path that the file has; none for the file itself. */
function offsetOf(document: Document, path: YamlPath): number[] {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    const entry = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === String(key))
      : undefined;
    const place: unknown = isSeq(node) ? node.items[Number(key)] : entry?.key;
    if (!isNode(place)) break;
    offset = place.range?.[0] ?? offset;
    node = entry === undefined ? place : entry.value;
  }
  return offset === undefined ? [] : [offset];
}
