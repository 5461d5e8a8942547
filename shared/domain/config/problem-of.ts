import type { z } from 'zod';
import { didYouMean } from '../../prompt/did-you-mean.ts';
import { isSlip } from '../commands/is-slip.ts';

type Issue = z.core.$ZodIssue;

/** A fault of the file by its place in it. */
export interface PlacedProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

/**
 * What one of zod's issues says to the file's author: the thing, and the remedy.
 *
 * @param keysAt the keys that the object at a path may have.
 */
export function problemsOf(issue: Issue, keysAt: (path: readonly PropertyKey[]) => readonly string[]): PlacedProblem[] {
  const { path } = issue;
  const place = nameOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, place, keysAt(path)) }));
    case 'invalid_type':
      return [{ path, message: wrongKind(place, issue) }];
    case 'invalid_value': {
      const choices = issue.values.map(String);
      return [
        { path, message: `${place} is none of: ${choices.join(', ')}. ${hint(String(issue.input), choices)}`.trim() },
      ];
    }
    case 'too_small':
      return [{ path, message: `${place} is too small. ${limit('at least', issue.minimum, issue.origin)}` }];
    case 'too_big':
      return [{ path, message: `${place} is too large. ${limit('at most', issue.maximum, issue.origin)}` }];
    case 'invalid_key':
      return [
        { path, message: `\`${String(path.at(-1))}\` cannot be a name. ${issue.issues[0]?.message ?? ''}`.trim() },
      ];
    case 'invalid_format':
      return [{ path, message: `${place} cannot be read. ${issue.message}` }];
    default:
      return [{ path, message: `${place}: ${issue.message}` }];
  }
}

/** `schedules.nightly.cron`, as code. */
export function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'The file' : `\`${path.map(String).join('.')}\``;
}

/** `Did you mean …?`, or ''. */
export function hint(word: string, candidates: readonly string[]): string {
  const meant = candidates.find((each) => isSlip(word, each)) ?? didYouMean(word, candidates);
  return meant === undefined ? '' : `Did you mean \`${meant}\`?`;
}

function unknownKey(key: string, place: string, known: readonly string[]): string {
  const within = place === 'The file' ? '' : ` in ${place}`;
  return `There is no key \`${key}\`${within}. ${hint(key, known) || `Known are: ${known.join(', ')}.`}`;
}

function wrongKind(place: string, issue: Issue & { code: 'invalid_type' }): string {
  const wanted = KINDS[issue.expected] ?? issue.expected;
  if (issue.input === undefined) return `${place} is missing. Add it: ${wanted}.`;
  if (issue.input === null) return `${place} is empty. Give it a value (${wanted}), or leave the key out.`;
  return `${place} has to be ${wanted}.`;
}

function limit(bound: string, value: number | bigint, origin: string): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
  return `It takes ${bound} ${value}${unit}.`;
}
