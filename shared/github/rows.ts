// Trust boundary: GitHub's JSON becomes the port's shapes. Throws on anything else (a cut or rewritten answer), which
// the caller counts as a broken connection.
import type { CheckRun, Comment, Issue } from '../ports/forge.ts';
import { type Fields, hasFields } from './fields.ts';

export function commentFrom(data: unknown): Comment {
  const row = rowFrom(data);
  return { id: number(row, 'id'), body: text(row, 'body'), url: text(row, 'html_url'), author: login(row) };
}

export function issueFrom(data: unknown): Issue {
  const row = rowFrom(data);
  return {
    number: number(row, 'number'),
    title: text(row, 'title'),
    body: text(row, 'body'),
    url: text(row, 'html_url'),
    author: login(row),
  };
}

export function checkRunFrom(data: unknown): CheckRun {
  const row = rowFrom(data);
  return { id: number(row, 'id'), url: text(row, 'html_url') };
}

/** Names of the labels on an issue; GitHub lists them as objects, old servers as strings. */
export function labelsOf(data: unknown): readonly string[] {
  const labels = rowFrom(data)['labels'];
  return Array.isArray(labels)
    ? labels.map((label) => (typeof label === 'string' ? label : text(rowFrom(label), 'name')))
    : [];
}

/** GitHub lists pull requests among the issues and marks them by this field. */
export function isPullRequest(data: unknown): boolean {
  return rowFrom(data)['pull_request'] !== undefined;
}

export function rowsFrom(data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw new TypeError('the answer is not a list');
  return data;
}

/** `viewer.login` of a GraphQL answer, or `login` of `GET /user`. */
export function loginFrom(data: unknown): string {
  const row = rowFrom(data);
  const value = text(row['viewer'] === undefined ? row : rowFrom(row['viewer']), 'login');
  if (value === '') throw new TypeError('the answer has no login');
  return value;
}

function rowFrom(data: unknown): Fields {
  if (!hasFields(data)) throw new TypeError('the answer is not JSON, or was cut off');
  return data;
}

function number(row: Fields, name: string): number {
  const value = row[name];
  if (typeof value !== 'number') throw new TypeError(`the answer has no ${name}`);
  return value;
}

/** '' for null, as GitHub stores an empty body. */
function text(row: Fields, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : '';
}

/** '' for a ghost: an account that is gone. */
function login(row: Fields): string {
  const user = row['user'];
  return hasFields(user) ? text(user, 'login') : '';
}
