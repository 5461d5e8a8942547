import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { ApiError } from '../api-error.ts';

/** Hono's view of this server: node:http underneath. */
export interface Env {
  readonly Bindings: HttpBindings;
}

/** The parsed JSON body; an empty one is `{}`, as some requests need no fields. */
export async function jsonBody(c: Context<Env>): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError('validation_error', 'body is not valid JSON', { cause: error });
  }
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** `limit` (1–100, default 50) and `offset` (from 0, default 0) of a list. */
export function pageOf(c: Context<Env>): Page {
  return {
    limit: integer(c, 'limit', { fallback: 50, min: 1, max: 100 }),
    offset: integer(c, 'offset', { fallback: 0, min: 0, max: Number.MAX_SAFE_INTEGER }),
  };
}

/** One page of records, newest first, in the API's envelope. */
export function paged<T>(all: readonly T[], { limit, offset }: Page, view: (item: T) => object): object {
  const data = all
    .toReversed()
    .slice(offset, offset + limit)
    .map(view);
  return { data, total: all.length, limit, offset };
}

function integer(
  c: Context<Env>,
  name: string,
  { fallback, min, max }: Record<'fallback' | 'min' | 'max', number>,
): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new ApiError('validation_error', `${name} must be an integer from ${min} to ${max}`);
}
