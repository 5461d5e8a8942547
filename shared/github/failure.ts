// Trust boundary: what an Octokit throws is `unknown` and comes in many shapes.
import { wholeWords } from '../model/whole-words.ts';
import { hasFields } from './fields.ts';

/** GitHub answered, but not with success. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** GitHub's own words, with the fields it complains about. */
  readonly message: string;
}

/** No usable answer. `sent: 'no'` when the request provably never left this machine. */
export interface Breakdown {
  readonly kind: 'breakdown';
  readonly sent: 'no' | 'maybe';
  /** GitHub did answer, but not what it documents, and may answer the same for ever. Default: it did not. */
  readonly isUnreadable?: boolean;
  readonly message: string;
}

/** An answer came, and is not what was to be read. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

export type Failure = Refusal | Breakdown;

/** Codes of Node and undici for a connection that was never made, so no request can have crossed it. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Reads what `octokit.request` or `octokit.graphql` threw. Octokit gives a connection error the status 500, so only
 * the presence of a response tells GitHub's own 500 from a cable that was cut.
 */
export function failureOf(error: unknown): Failure {
  const response = fieldOf(error, 'response');
  const status = fieldOf(response, 'status');
  if (typeof status === 'number') {
    return { kind: 'refusal', status, headers: headersOf(response), message: messageOf(response, error) };
  }
  // GraphQL answers 200 and lists its errors: final, and told as it is.
  if (Array.isArray(fieldOf(error, 'errors')) && response !== undefined) {
    return { kind: 'refusal', status: 200, headers: headersOf(error), message: textOf(error) };
  }
  const isUnreadable = error instanceof UnreadableAnswer;
  const neverSent = causesOf(error).some((cause) => NEVER_SENT.has(String(fieldOf(cause, 'code'))));
  return { kind: 'breakdown', sent: neverSent ? 'no' : 'maybe', isUnreadable, message: textOf(causesOf(error).at(-1)) };
}

function fieldOf(value: unknown, name: string): unknown {
  return hasFields(value) ? value[name] : undefined;
}

/** The error and its causes, outermost first; an AggregateError (both address families refused) counts by its members. */
function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && chain.length < 8; at = fieldOf(at, 'cause')) {
    chain.push(at);
    const members = fieldOf(at, 'errors');
    if (Array.isArray(members)) chain.push(...members.slice(0, 4));
  }
  return chain;
}

function headersOf(holder: unknown): Record<string, string> {
  const headers = fieldOf(holder, 'headers');
  if (!hasFields(headers)) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function messageOf(response: unknown, error: unknown): string {
  const data = fieldOf(response, 'data');
  const message = fieldOf(data, 'message');
  if (typeof message !== 'string') return firstLine(typeof data === 'string' && data !== '' ? data : textOf(error));
  const errors = fieldOf(data, 'errors');
  const details = Array.isArray(errors) ? errors.map(detailOf).filter((detail) => detail !== '') : [];
  return details.length === 0 ? message : `${message}: ${details.join('; ')}`;
}

function detailOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  const parts = [fieldOf(detail, 'field'), fieldOf(detail, 'message') ?? fieldOf(detail, 'code')];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** Proxies answer with whole HTML pages; one line of it is enough to recognise them. */
function firstLine(text: string): string {
  return wholeWords(text.trim().split('\n')[0] ?? '', 200);
}

function textOf(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : firstLine(String(fieldOf(error, 'code') ?? error));
}
