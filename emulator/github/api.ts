import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { isObject, type JsonObject } from './contract/json-schema.ts';
import { notFound } from './problem.ts';
import type { Actor, State } from './state.ts';
import type { Hooks } from './webhooks/hooks.ts';

/** One call of the REST or GraphQL API, as it was made and answered. */
export interface Call {
  readonly method: string;
  /** Below `/api/v3`, decoded; `/graphql` for GraphQL. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly body: unknown;
  /** Who the token belongs to; null for none or an unknown one. */
  readonly login: string | null;
  /** Undefined while unanswered, and for ever when the connection was reset. */
  status?: number;
  response?: unknown;
}

export interface ApiEnv {
  Bindings: HttpBindings;
  Variables: { actor: Actor; body: JsonObject };
}

export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;

/** What every group of routes is given. */
export interface World {
  readonly state: State;
  /** The server's root, e.g. `http://127.0.0.1:4000`. */
  readonly url: () => string;
  readonly apiUrl: () => string;
  readonly hooks: Hooks;
}

/** Text of a field, or undefined. */
export function textIn(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  return typeof value === 'string' ? value : undefined;
}

/** Names in a list of names or of objects with a `name`, as GitHub takes labels. */
export function namesIn(body: JsonObject, field: string): readonly string[] | undefined {
  const value = body[field];
  if (!Array.isArray(value)) return undefined;
  return value.map((item) => String(isObject(item) ? item.name : item));
}

/** A number in the path; GitHub answers 404 for anything else. */
export function numberIn(c: ApiContext, parameter: string): number {
  const value = c.req.param(parameter) ?? '';
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

/** One page of a list, with the Link header to the others. */
export function page<T>(c: ApiContext, items: readonly T[]): readonly T[] {
  const url = new URL(c.req.url);
  const asked = Number(url.searchParams.get('per_page') ?? DEFAULT_PER_PAGE);
  const size = Math.min(MAX_PER_PAGE, asked > 0 ? asked : DEFAULT_PER_PAGE);
  const current = Math.max(1, Number(url.searchParams.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (number: number, rel: string) => {
    url.searchParams.set('page', String(number));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [link(current - 1, 'prev')] : []),
    ...(current < last ? [link(current + 1, 'next'), link(last, 'last')] : []),
    ...(current > 1 ? [link(1, 'first')] : []),
  ];
  if (links.length > 0) c.header('link', links.join(', '));
  return items.slice((current - 1) * size, current * size);
}
