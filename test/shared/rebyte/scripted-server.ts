// A real HTTP server that answers each request with the next reply of its route's script, and holds every request
// against the API's description.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { type ClientOptions, RebyteClient } from '../../../shared/rebyte/index.ts';
import { request as contractProblems } from '../../support/openapi-contract.ts';

export interface SeenRequest {
  readonly method: string;
  /** Below `/v1`, with the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What can carry a request; each has to keep every promise. */
export const ENGINES = ['node', 'undici'] as const;
type Engine = (typeof ENGINES)[number];

/** May take its time; the request's body has been read. */
export type Reply = (res: ServerResponse, seen: SeenRequest) => void | Promise<void>;

export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #problems: string[] = [];
  readonly #scripts = new Map<string, Reply[]>();
  readonly #clients: RebyteClient[] = [];
  readonly #server = createServer(
    (req, res) => void this.#answer(req, res).catch((error) => this.#problems.push(String(error))),
  );

  readonly #engine: Engine | undefined;

  constructor(engine: Engine | undefined) {
    this.#engine = engine;
  }

  /** @param engine what its clients send by; default: their own choice. */
  static async start(engine?: Engine): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(engine);
    scripted.#server.listen(0, '127.0.0.1');
    await once(scripted.#server, 'listening');
    return scripted;
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Queues replies for `METHOD /path`; the last one repeats. */
  on(route: string, ...replies: Reply[]): this {
    this.#scripts.set(route, replies);
    return this;
  }

  /** A client of this server whose waiting takes no time: sleeping moves its clock. */
  client(options: Partial<ClientOptions> = {}): TestClient {
    const clock = { now: 1_000_000, slept: [] as number[] };
    const warnings: string[] = [];
    const client = new RebyteClient({
      apiKey: 'rbk_test',
      baseUrl: `${this.origin}/v1`,
      random: () => 0.5,
      now: () => clock.now,
      sleep: async (ms, signal) => {
        clock.slept.push(ms);
        clock.now += ms;
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      },
      onWarning: (message) => void warnings.push(message),
      engine: this.#engine,
      ...options,
    });
    this.#clients.push(client);
    return Object.assign(client, { clock, warnings });
  }

  /** The routes asked for, in order, without queries. */
  get routes(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path.split('?', 1)[0]}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    expect(this.#problems).toEqual([]);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    // A client that gives up while it sends is part of many scripts.
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('latin1');
    const path = (req.url ?? '').replace(/^\/v1(?=\/)/, '');
    const seen = { method: req.method ?? '', path, headers: req.headers, body };
    this.requests.push(seen);
    this.#check(seen);
    const route = `${seen.method} ${path.split('?', 1)[0]}`;
    const script = this.#scripts.get(route) ?? [
      json(404, { error: { code: 'not_found', message: `no script for ${route}` } }),
    ];
    const reply = script.length > 1 ? script.shift() : script[0];
    await reply?.(res, seen);
  }

  #check({ method, path, headers, body }: SeenRequest): void {
    if (path.startsWith('/storage/')) {
      if ('api_key' in headers) this.#problems.push(`${method} ${path}: the storage was given the API key`);
      return;
    }
    const isJson = (headers['content-type'] ?? '').startsWith('application/json');
    const parsed = body === '' ? undefined : isJson ? JSON.parse(Buffer.from(body, 'latin1').toString('utf8')) : body;
    this.#problems.push(...contractProblems({ method, path, headers, body: parsed }));
  }
}

export type TestClient = RebyteClient & {
  readonly clock: { now: number; readonly slept: number[] };
  readonly warnings: string[];
};

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (res) =>
    void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (res) => void res.writeHead(status, headers).end(body);
}

export function apiFailure(status: number, code: string, message = 'm'): Reply {
  return json(status, { error: { code, message } });
}

/** Cuts the connection without an answer. */
export const reset: Reply = (res) => void res.socket?.resetAndDestroy();

/** Says nothing, for ever. */
export const silence: Reply = () => undefined;

/** A stream of the given pieces, each written by itself; then it ends, is cut, or stays open and silent. */
export function stream(pieces: readonly (string | Uint8Array)[], then: 'end' | 'cut' | 'open' = 'end'): Reply {
  return async (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.flushHeaders();
    for (const piece of pieces) {
      await new Promise<void>((resolve) => res.write(piece, () => resolve()));
      // A turn of the loop lets the client see the piece alone.
      await new Promise(setImmediate);
    }
    if (then === 'end') res.end();
    if (then === 'cut') res.socket?.resetAndDestroy();
  };
}

/** An `event` message. */
export function event(eventType: string, payload: object, rest: object = {}): string {
  return `event: event\ndata: ${JSON.stringify({ eventType, payload, ...rest })}\n\n`;
}

/** A `done` message. */
export function done(status: string, finalResult?: string): string {
  return `event: done\ndata: ${JSON.stringify({ status, finalResult })}\n\n`;
}

export function task(status: string, prompts: readonly { id: string; status: string }[] = []): Reply {
  return json(200, { id: 't1', url: 'u', status, createdAt: '2026-01-28T12:00:00.000Z', prompts });
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail and did not.');
}
