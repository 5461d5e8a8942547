import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { ConfigProblem } from '../../model/repository-config.ts';

/** Hand-written files have a few. Aliases of aliases grow without end. */
const MAX_ALIASES = 50;

export type YamlPath = readonly PropertyKey[];

export type ReadYaml =
  | {
      readonly kind: 'read';
      readonly value: unknown;
      /** The line of the entry at a path, or of the nearest one around it. Counted from 1. */
      readonly lineOf: (path: YamlPath) => number | undefined;
    }
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] };

/** Reads one YAML 1.2 document. Nothing is built from tags, and aliases cannot make much of little. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'silent',
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    return broken(
      faults.slice(0, 10).map(({ message, pos }) => ({
        line: lines.linePos(pos[0]).line,
        message: `This is not YAML: ${message.split('\n')[0] ?? ''}. Mend the line, most often its indentation or quotes.`,
      })),
    );
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: 'read', value, lineOf: (path) => lineOf(document, lines, path) };
  } catch {
    // What reads and cannot be built has too many aliases, or one that names nothing.
    return broken([{ message: `Its aliases (\`*name\`) cannot be followed. Write their values out.` }]);
  }
}

function broken(problems: readonly ConfigProblem[]): ReadYaml {
  return { kind: 'broken', problems };
}

function lineOf(document: Document, lines: LineCounter, path: YamlPath): number | undefined {
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
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
