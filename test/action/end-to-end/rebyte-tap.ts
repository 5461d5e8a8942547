import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as contract from '../../support/openapi-contract.ts';

export interface TappedRequest {
  readonly method: string;
  /** Without the `/v1` of the base URL. */
  readonly path: string;
  readonly body: unknown;
}

/** An answer in Rebyte's place. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Changes an answer of Rebyte before the Action sees it: what the emulator is too well-behaved to say. */
export type Alteration = (request: TappedRequest, answer: string) => string;

/**
 * Stands between the Action and Rebyte: remembers what was asked, and checks each request with the API's description.
 * Event streams pass through untouched.
 */
export class RebyteTap {
  readonly requests: TappedRequest[] = [];
  /** What was wrong with requests, one sentence each. */
  readonly problems: string[] = [];
  alter: Alteration | undefined;
  /** Answers in Rebyte's place, which then hears nothing of the request; undefined lets it through. */
  instead: ((request: TappedRequest) => OwnAnswer | undefined) | undefined;
  url = '';
  readonly #origin: URL;
  readonly #server: Server;

  constructor(rebyteUrl: string) {
    this.#origin = new URL(rebyteUrl);
    this.#server = createServer((request, response) => void this.#pass(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The tap listens on no TCP port.');
    this.url = `http://127.0.0.1:${address.port}/v1`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => void this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Bodies of the requests that created tasks, oldest first. */
  created(): Record<string, unknown>[] {
    return this.requests
      .filter(({ method, path }) => method === 'POST' && path === '/tasks')
      .map(({ body }) => Object.fromEntries(Object.entries(Object(body))));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const { method = 'GET', url = '/', headers } = request;
    const isJson = headers['content-type']?.includes('json') === true;
    const body: unknown = sent === '' || !isJson ? undefined : JSON.parse(sent);
    const tapped = { method, path: url.replace(/^\/v1/, ''), body };
    this.requests.push(tapped);
    const own = this.instead?.(tapped);
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': 'application/json', ...own.headers }).end(own.body);
      return;
    }
    this.problems.push(...contract.request({ method, path: url, headers, body }));
    const onward = send(new URL(url, this.#origin), { method, headers: { ...headers, host: this.#origin.host } });
    onward.on('response', (answer) => void this.#answer(tapped, answer, response));
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(sent);
  }

  async #answer(tapped: TappedRequest, answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const { alter } = this;
    const streams = answer.headers['content-type']?.startsWith('text/event-stream') === true;
    if (alter === undefined || streams) {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
      return;
    }
    const altered = alter(tapped, await text(answer));
    const headers = { ...answer.headers, 'content-length': String(Buffer.byteLength(altered)) };
    delete headers['transfer-encoding'];
    response.writeHead(answer.statusCode ?? 502, headers).end(altered);
  }
}
