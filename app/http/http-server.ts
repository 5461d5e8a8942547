import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LogPort } from '../../shared/ports/log.ts';
import { StorageUnavailable } from '../sql/storage-error.ts';
import { HttpProblem, type Answer } from './answer.ts';
import { answerClientErrors } from './client-errors.ts';
import { limitConnections } from './limit-connections.ts';
import { RefusalCount } from './refusal-count.ts';
import { refusalOf, type Refusal } from './refusal.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** One path. Other methods are answered with 405. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly handle: (request: IncomingMessage) => Answer | Promise<Answer>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly routes: ReadonlyMap<string, Route>;
  readonly log: LogPort;
  /** Beyond these, who is slowest to send gives way. Default 1,000. */
  readonly maxConnections?: number;
  /** Default: 10 s for the headers and 30 s for the whole of a request, looked at every 5 s. Milliseconds. */
  readonly timeouts?: Timeouts;
  /** Told of each request that is not served and each connection that is ended, once. */
  readonly onRefused?: (refusal: Refusal) => void;
}

export interface Timeouts {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

export interface HttpServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Takes nothing new and resolves when what is under way was answered, or cut off after 5 s. */
  close(): Promise<void>;
}

/** A whole request must be here by then; GitHub itself gives up after 10 s. */
const TIMEOUTS: Timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };
const CLOSE_TIMEOUT_MS = 5_000;
/** Longer than the common load balancers' 60 s, so that they and not we end a quiet connection. */
const KEEP_ALIVE_MS = 65_000;

/** Far more than GitHub and Rebyte open, and fewer than the files that a process may commonly have. */
const MAX_CONNECTIONS = 1_000;

/** A database that restarts is back by then, and it is no burden on one that is not. */
const STORAGE_RETRY_SECONDS = 10;

/** Nothing here is a page, and nothing may be kept. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The address is taken or not ours. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Listens. Rejects with a ListenError. */
export async function listen({
  host,
  port,
  routes,
  log,
  maxConnections = MAX_CONNECTIONS,
  timeouts = TIMEOUTS,
  onRefused = () => undefined,
}: ListenOptions): Promise<HttpServer> {
  const refusals = new RefusalCount(onRefused);
  const server = createServer(
    { ...timeouts, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void serve(routes, { request, response, log, refusals }),
  );
  limitConnections(server, maxConnections, (socket) => refusals.connection('connection_limit', socket));
  answerClientErrors(server, (refusal, socket) => refusals.connection(refusal, socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ListenError(`Cannot listen on ${host}:${port} (${cause.message}). Choose another address.`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server, host), close: async () => await closed(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: LogPort;
  readonly refusals: RefusalCount;
}

async function serve(
  routes: ReadonlyMap<string, Route>,
  { request, response, log, refusals }: Exchange,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  try {
    send(response, await answer(routes.get(path.length > 1 ? path.replace(/\/$/, '') : path), request));
  } catch (error) {
    const problem = problemOf(error);
    const { status, message, headers } = problem;
    refusals.request(refusalOf(problem), request);
    if (!(error instanceof HttpProblem)) {
      log.error(`${request.method} ${path} failed: ${messageOf(error)}`);
    }
    send(response, { status, body: { error: message }, headers });
  }
  // What was not read may be endless; the connection cannot serve another request.
  if (!request.complete) response.once('finish', () => request.destroy());
}

/** What the sender is told; what went wrong inside is for the log alone. */
function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof StorageUnavailable) {
    const wait = { 'retry-after': String(STORAGE_RETRY_SECONDS) };
    return new HttpProblem(503, 'Nothing can be recorded now, so nothing was taken. Send it again later.', wait);
  }
  return new HttpProblem(500, 'Internal error.');
}

async function answer(route: Route | undefined, request: IncomingMessage): Promise<Answer> {
  if (route === undefined) throw new HttpProblem(404, 'There is nothing here.');
  if (request.method !== route.method) throw new HttpProblem(405, `Use ${route.method}.`, { allow: route.method });
  return await route.handle(request);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  // A string leaves in one write with the headers; a buffer would be a second chunk.
  const text = isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(response.req.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(text);
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cutOff);
}
