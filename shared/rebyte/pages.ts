import type { CallOptions } from './contract.ts';
import { type Decode, fieldsOf, listIn } from './decode.ts';
import { ValidationError } from './errors.ts';
import type { Transport } from './transport.ts';

export interface ListOptions {
  /** Entries per page, 1 to 100; default 50. The iteration goes on over all pages: `break` when you have enough. */
  readonly limit?: number | undefined;
  /** Entries to skip, of the newest; default 0. */
  readonly offset?: number | undefined;
}

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 100;

/**
 * Every entry of a list, newest first, one page per request, none asked for before it is needed. What is created
 * meanwhile pushes entries onto the next page; they are not yielded twice.
 */
export async function* pagesOf<T extends { readonly id: string }>(
  transport: Transport,
  list: { readonly path: string; readonly entry: Decode<T> },
  options: ListOptions & CallOptions,
): AsyncGenerator<T, void, undefined> {
  const { limit = DEFAULT_PAGE_SIZE, offset: first = 0, signal } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
    throw new ValidationError('limit', `limit must be a whole number from 1 to ${MAX_PAGE_SIZE}, got ${limit}.`);
  }
  if (!Number.isInteger(first) || first < 0) {
    throw new ValidationError('offset', `offset must be a whole number from 0 on, got ${first}.`);
  }
  const entries = listIn('data', list.entry);
  let previous = new Set<string>();
  for (let offset = first; ;) {
    const call = { method: 'GET', path: list.path, query: { limit, offset }, signal } as const;
    const { page, total } = await transport.json(call, (body) => ({
      page: entries(body),
      total: fieldsOf(body)['total'],
    }));
    for (const entry of page) if (!previous.has(entry.id)) yield entry;
    previous = new Set(page.map((entry) => entry.id));
    offset += page.length;
    const more = typeof total === 'number' ? offset < total : page.length >= limit;
    if (page.length === 0 || !more) return;
  }
}
