// Trust boundary: GitHub's JSON becomes the port's shapes. Throws on anything else (a cut or rewritten answer), which
// the caller counts as a broken connection.
import type { ChangedFile, CheckRun, Comment, Issue, PullRequestFacts } from '../ports/forge.ts';
import { type Fields, hasFields } from './fields.ts';

export function commentFrom(data: unknown): Comment {
  const row = rowFrom(data);
  const [createdAt, updatedAt] = [time(row, 'created_at'), time(row, 'updated_at')];
  return {
    id: number(row, 'id'),
    body: text(row, 'body'),
    url: text(row, 'html_url'),
    author: login(row),
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
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

/** A check run with its author's login, '' when the app is gone, and the reference that the author gave it. */
export function referringCheckFrom(data: unknown): CheckRun & { readonly author: string; readonly reference: string } {
  const row = rowFrom(data);
  const app = row['app'];
  const author = hasFields(app) ? `${text(app, 'slug')}[bot]` : '';
  return { ...checkRunFrom(row), author, reference: text(row, 'external_id') };
}

/** The list in a list of check runs. */
export function checkRowsFrom(data: unknown): readonly unknown[] {
  return rowsFrom(rowFrom(data)['check_runs']);
}

export function pullRequestFrom(data: unknown): PullRequestFacts {
  const row = rowFrom(data);
  const head = rowFrom(row['head']);
  const base = rowFrom(row['base']);
  // null when the fork was deleted. What is not there cannot be read, so it counts as private.
  const fork = hasFields(head['repo']) ? head['repo'] : undefined;
  return {
    number: number(row, 'number'),
    author: login(row),
    headSha: required(head, 'sha'),
    headBranch: required(head, 'ref'),
    headRepository: fork && required(fork, 'full_name'),
    headIsPrivate: fork?.['private'] !== false,
    baseBranch: required(base, 'ref'),
    baseSha: required(base, 'sha'),
  };
}

export function changedFileFrom(data: unknown): ChangedFile {
  const row = rowFrom(data);
  return {
    path: required(row, 'filename'),
    status: text(row, 'status'),
    additions: number(row, 'additions'),
    deletions: number(row, 'deletions'),
  };
}

/** `role_name` and `permission`; Enterprise Servers before 3.3 know only the latter. */
export function roleFrom(data: unknown): { role: string; permission: string } {
  const row = rowFrom(data);
  const permission = required(row, 'permission');
  return { role: text(row, 'role_name') || permission, permission };
}

/** Whether a team's membership counts: an invitation that was not accepted is `pending`. */
export function isActiveMembership(data: unknown): boolean {
  return text(rowFrom(data), 'state') === 'active';
}

/** A file in the contents API; undefined for a folder, a submodule or a link that leads nowhere. */
export function fileFrom(data: unknown): { text: string; size: number; url: string } | undefined {
  const row = Array.isArray(data) ? {} : rowFrom(data);
  if (row['type'] !== 'file') return undefined;
  const bytes = Buffer.from(text(row, 'content'), 'base64');
  return { text: bytes.toString('utf8'), size: number(row, 'size'), url: text(row, 'html_url') };
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
  return required(row['viewer'] === undefined ? row : rowFrom(row['viewer']), 'login');
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

function required(row: Fields, name: string): string {
  const value = text(row, name);
  if (value === '') throw new TypeError(`the answer has no ${name}`);
  return value;
}

/** '' for null, as GitHub stores an empty body. */
function text(row: Fields, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : '';
}

/** Milliseconds since the epoch. */
function time(row: Fields, name: string): number | undefined {
  const at = Date.parse(text(row, name));
  return Number.isNaN(at) ? undefined : at;
}

/** '' for a ghost: an account that is gone. */
function login(row: Fields): string {
  const user = row['user'];
  return hasFields(user) ? text(user, 'login') : '';
}
