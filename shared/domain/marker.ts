import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Thread } from '../model/thread.ts';

/** What one of our comments or issues is for; a marker made for one purpose counts for no other. */
export type MarkerPurpose = 'comment' | 'issue';

/** Where a marker stands: copied elsewhere, it does not verify. A rolling issue has number 0, it is known by its title. */
export interface MarkerPlace {
  readonly thread: Thread;
  readonly purpose: MarkerPurpose;
}

/** What a marker remembers. Every text is any text. */
export interface MarkerPayload {
  /** Tells our comments in one thread apart, e.g. the workflow and job. */
  readonly key: string;
  readonly taskId?: string;
  /** Where the task works; the API tells it only when a task is created. */
  readonly workspaceId?: string;
  readonly runReference?: string;
  /** Of what was shown last, to tell whether anything changed. */
  readonly fingerprint?: string;
  /** When what is shown was asked for, in milliseconds since the epoch. */
  readonly askedAt?: number;
}

/** What markers are made with. Of several the first makes them, and each proves them: the others are being replaced. */
export type MarkerSecret = string | readonly [string, ...string[]];

const VERSION = 1;
/** A longer body than GitHub's is not searched. */
const MAX_BODY_CHARS = 300_000;
const MARKER = /<!-- rebyte:(\d{1,3}):([\w-]{1,8000})\.([\w-]{43}) -->/g;
const MAX_MARKERS = 20;

/**
 * A hidden comment that proves a text to be ours: version, payload in base64url (so no value can close the comment) and
 * an HMAC-SHA256 over place, purpose and payload. It proves nothing in a text that somebody else wrote: check the author.
 */
export function makeMarker(payload: MarkerPayload, place: MarkerPlace, secret: MarkerSecret): string {
  const [first] = listOf(secret);
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `<!-- rebyte:${VERSION}:${encoded}.${sign(encoded, place, first).toString('base64url')} -->`;
}

/** The payload of the last valid marker in `body`; undefined when none was made by such a secret for this place. */
export function verifyMarker(body: string, place: MarkerPlace, secret: MarkerSecret): MarkerPayload | undefined {
  const found = [...body.slice(-MAX_BODY_CHARS).matchAll(MARKER)].slice(-MAX_MARKERS).toReversed();
  for (const [, version, encoded = '', signature = ''] of found) {
    if (version !== String(VERSION)) continue;
    const given = Buffer.from(signature, 'base64url');
    if (listOf(secret).some((each) => timingSafeEqual(given, sign(encoded, place, each)))) return parsePayload(encoded);
  }
  return undefined;
}

function listOf(secret: MarkerSecret): readonly [string, ...string[]] {
  return typeof secret === 'string' ? [secret] : secret;
}

function sign(encoded: string, { thread, purpose }: MarkerPlace, secret: string): Buffer {
  if (secret === '') throw new Error('A marker needs a secret: pass the API key or the app’s webhook secret.');
  const repository = `${thread.owner}/${thread.repo}`.toLowerCase();
  // JSON keeps the parts apart: no two places give the same text.
  const signed = JSON.stringify(['rebyte marker', VERSION, repository, thread.number, purpose, encoded]);
  return createHmac('sha256', secret).update(signed).digest();
}

function parsePayload(encoded: string): MarkerPayload | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(encoded, 'base64url').toString());
  } catch {
    return undefined; // Signed by us, so only a later version's payload can get here.
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (name: string): string | undefined => {
    const text: unknown = Reflect.get(value, name);
    return typeof text === 'string' ? text : undefined;
  };
  const key = field('key');
  if (key === undefined) return undefined;
  const [taskId, workspaceId] = [field('taskId'), field('workspaceId')];
  const [runReference, fingerprint] = [field('runReference'), field('fingerprint')];
  const askedAt: unknown = Reflect.get(value, 'askedAt');
  return {
    key,
    ...(taskId !== undefined && { taskId }),
    ...(workspaceId !== undefined && { workspaceId }),
    ...(runReference !== undefined && { runReference }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(typeof askedAt === 'number' && { askedAt }),
  };
}
