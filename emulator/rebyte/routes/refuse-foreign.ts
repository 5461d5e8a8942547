import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import type { Env } from './route.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** Bound to all addresses, a server goes by names that it cannot know: a container's, a machine's. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/**
 * Serves only requests whose `Host` is loopback or the address bound to, with status 421 for the others. Else a web page
 * whose name was rebound to this machine could have commands run here, as the default key is no secret. A server that is
 * bound to every address takes any name.
 */
export function refuseForeignHosts(boundTo: string): MiddlewareHandler<Env> {
  const bound = hostOf(boundTo);
  return async (c, next) => {
    const host = nameIn(c.req.header('host'));
    if (EVERY_ADDRESS.has(boundTo) || LOOPBACK.test(host) || host === bound) return next();
    return c.text(`This server answers to ${bound}, not to ${host || 'a request without a Host'}.\n`, 421);
  };
}

/** For what no other name is needed: serves only requests to loopback or to an address in figures, 421 for the others. */
export function refuseNames(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const host = nameIn(c.req.header('host'));
    if (LOOPBACK.test(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0) return next();
    return c.text(`The control surface answers to localhost and to IP addresses, not to ${host || 'no Host'}.\n`, 421);
  };
}

/**
 * Refuses, with status 403, what a browser sends for a page from elsewhere: a form or a script there needs no key for the
 * control surface and can guess the API's. Following a link to here stays possible. Other clients send neither header.
 *
 * Source: the Fetch standard, "Origin"; W3C, Fetch Metadata Request Headers.
 */
export function refuseForeignPages(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const own = `http://${c.req.header('host') ?? ''}`.toLowerCase();
    const foreign = origin !== undefined && origin.toLowerCase() !== own;
    const site = c.req.header('sec-fetch-site') ?? 'none';
    const link = c.req.method === 'GET' && c.req.header('sec-fetch-mode') === 'navigate';
    if (!foreign && (link || site === 'none' || site === 'same-origin')) return next();
    return c.text('This server takes no requests from web pages of another origin.\n', 403);
  };
}

function nameIn(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function hostOf(address: string): string {
  return (address.includes(':') ? `[${address}]` : address).toLowerCase();
}
