import { setTimeout as delay } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import { ApiError, errorBody } from '../api-error.ts';
import type { Emulator } from '../emulator.ts';
import { type Faults, type RequestFault, type RespondFault, takeRequestFaults } from '../faults.ts';
import type { Env } from './route.ts';

/** Refuses a body that announces itself as too large, before any of it is read. */
export function limitBody(maxBytes: number): MiddlewareHandler<Env> {
  return async (c, next) => {
    const bytes = Number(c.req.header('content-length') ?? 0);
    if (bytes > maxBytes)
      throw new ApiError('validation_error', `body has ${bytes} bytes; at most ${maxBytes} are taken`);
    await next();
  };
}

/** Keeps the request log; also told to the operator. */
export function logRequests({ requests, settings }: Emulator): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = performance.now();
    const at = new Date().toISOString();
    await next();
    const { method, path } = c.req;
    const sent = c.env.outgoing;
    const status = c.res === RESPONSE_ALREADY_SENT || sent.headersSent ? sent.statusCode : c.res.status;
    const durationMs = Math.round(performance.now() - start);
    requests.add({ at, method, path, status, durationMs });
    settings.log(`${method} ${path} ${status} ${durationMs} ms`);
  };
}

/** Lets the armed faults strike the requests they fit. */
export function strikeFaults(faults: Faults): MiddlewareHandler<Env> {
  return async (c, next) => {
    const taken = takeRequestFaults(faults, { method: c.req.method, path: c.req.path });
    const before = taken.filter(({ when }) => when !== 'after');
    const after = taken.filter(({ when }) => when === 'after');
    for (const fault of before) {
      const response = await strike(c, fault);
      if (response) return response;
    }
    await next();
    for (const fault of after) {
      const response = await strike(c, fault);
      if (!response) continue;
      c.res = undefined; // Else Hono lends the new answer the old one's headers.
      c.res = response;
    }
    return undefined;
  };
}

async function strike(c: Context<Env>, fault: RequestFault): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'delay':
      await delay(fault.ms, undefined, { ref: false });
      return undefined;
    case 'reset':
      c.env.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    default:
      return answerOf(fault);
  }
}

function answerOf({ status, code, message, body, contentType, retryAfter }: RespondFault): Response {
  const text =
    code === undefined
      ? (body ?? `<html><body>${status}</body></html>`)
      : JSON.stringify(errorBody(code, message ?? code));
  const type = contentType ?? (code === undefined ? 'text/html' : 'application/json');
  const headers = new Headers({ 'Content-Type': type });
  if (retryAfter !== undefined) headers.set('Retry-After', String(retryAfter));
  return new Response(text, { status, headers });
}
