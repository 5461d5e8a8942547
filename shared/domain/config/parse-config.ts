import { z } from 'zod';
import type { ConfigProblem } from '../../model/repository-config.ts';
import { FILE_SCHEMA, type ConfigFile } from './file-schema.ts';
import { problemsOf } from './problem-of.ts';
import { readYaml, type YamlPath } from './read-yaml.ts';

/** Longer files are refused unread. */
export const MAX_CONFIG_CHARS = 65_536;

const MAX_PROBLEMS = 20;

export type ParsedConfig =
  | {
      readonly kind: 'parsed';
      readonly file: ConfigFile;
      /** The line of the entry at a path. Counted from 1. */
      readonly lineOf: (path: YamlPath) => number | undefined;
    }
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] };

/**
 * Reads the text of a `rebyte.yml`: each key by itself. What keys say about each other is judged once the files it
 * extends are merged in (complete-config.ts). An empty text is a file that says nothing.
 */
export function parseConfig(text: string): ParsedConfig {
  if (text.length > MAX_CONFIG_CHARS)
    return broken([{ message: `The file is longer than ${MAX_CONFIG_CHARS / 1_024} KiB. Shorten it.` }]);
  const yaml = readYaml(text.replace(/^\uFEFF/, ''));
  if (yaml.kind === 'broken') return yaml;
  const { value, lineOf } = yaml;
  const result = FILE_SCHEMA.safeParse(value ?? {}, { reportInput: true });
  if (result.success) return { kind: 'parsed', file: result.data, lineOf };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, keysAt));
  const found = problems.slice(0, MAX_PROBLEMS).map(({ path, message }) => placed(lineOf(path), message));
  return broken(found.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)));
}

/** A problem with its line where it has one. */
export function placed(line: number | undefined, message: string): ConfigProblem {
  return { message, ...(line !== undefined && { line }) };
}

function broken(problems: readonly ConfigProblem[]): ParsedConfig {
  return { kind: 'broken', problems };
}

/** The keys that the schema knows at a path; none where it knows no object. */
function keysAt(path: YamlPath): readonly string[] {
  let schema: unknown = FILE_SCHEMA;
  for (const key of path) {
    const inner = unwrapped(schema);
    if (inner instanceof z.ZodObject) schema = inner.shape[String(key)];
    else if (inner instanceof z.ZodRecord) schema = inner.valueType;
    else return [];
  }
  const found = unwrapped(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodExactOptional ? schema.unwrap() : schema;
}
