// HTTP by Node's own modules: ready before undici is, and what carries a client's first request.
import type http from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Body, HttpAnswer, HttpEngine, HttpRequest, TimeoutPhase } from './http-engine.ts';
import { WarmConnection } from './warm-connection.ts';

/** As undici does: a middlebox must not forget a connection on which a task is awaited for minutes. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** One connection per request; the first may be made before there is a request. */
export class NodeEngine implements HttpEngine {
  readonly #connectMs: number;
  readonly #expects: URL;
  #warm: Promise<WarmConnection | undefined> | undefined;
  readonly #underWay = new Set<Exchange>();
  #closed = false;

  /** @param options.expects what requests will mostly go to, to have Node's module at hand by then. */
  constructor({ connectMs, expects }: { readonly connectMs: number; readonly expects: URL }) {
    this.#connectMs = connectMs;
    this.#expects = expects;
    moduleFor(expects).catch(() => undefined);
  }

  /** Opens a connection to what is expected, once. A failure is for the request to find out. */
  preconnect(): void {
    this.#warm ??= WarmConnection.open(this.#expects).catch(() => undefined);
  }

  async send(sending: HttpRequest, onSending: () => void): Promise<HttpAnswer> {
    const { url, method, headers, signal, lookup } = sending;
    const { request } = await moduleFor(url);
    const warm = await this.#warm;
    signal?.throwIfAborted();
    if (this.#closed) throw new Error('the client was closed');
    // A connection of one lookup must not serve another.
    const taken = lookup === undefined ? warm?.take(url) : undefined;
    const alone = { agent: false as const, ...(lookup !== undefined && { lookup }) };
    const connection = taken === undefined ? alone : { createConnection: () => taken.socket };
    const outgoing = request(url, { method, headers, ...connection });
    const exchange = new Exchange(sending, { outgoing, connected: taken?.connected === true });
    this.#underWay.add(exchange);
    outgoing.once('close', () => this.#underWay.delete(exchange));
    return await exchange.answer(this.#connectMs, onSending);
  }

  timeoutPhase(error: unknown): TimeoutPhase | undefined {
    return error instanceof PhaseTimeout ? error.phase : undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#underWay) exchange.fail(new Error('the client was closed'));
    (await this.#warm)?.close();
  }
}

function moduleFor({ protocol }: URL): Promise<Pick<typeof http, 'request'>> {
  return protocol === 'https:' ? import('node:https') : import('node:http');
}

class PhaseTimeout extends Error {
  readonly phase: TimeoutPhase;

  constructor(phase: TimeoutPhase) {
    super(`${phase} timeout`);
    this.phase = phase;
  }
}

/** One request and its answer, with one clock for whatever is being waited for. */
class Exchange {
  readonly #sending: HttpRequest;
  readonly #outgoing: ClientRequest;
  readonly #connected: boolean;
  #incoming: IncomingMessage | undefined;
  #clock: NodeJS.Timeout | undefined;

  /** @param by.connected whether the request goes over a connection that stands already. */
  constructor(sending: HttpRequest, by: { readonly outgoing: ClientRequest; readonly connected: boolean }) {
    this.#sending = sending;
    this.#outgoing = by.outgoing;
    this.#connected = by.connected;
  }

  async answer(connectMs: number, onSending: () => void): Promise<HttpAnswer> {
    const { url, signal } = this.#sending;
    const outgoing = this.#outgoing;
    const abort = (): void => this.fail(new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    outgoing.once('close', () => {
      clearTimeout(this.#clock);
      signal?.removeEventListener('abort', abort);
    });
    this.#expect('connect', connectMs);
    // Node would take the headers now and keep them until the socket is connected: nothing is written before it is, so
    // that whatever fails until then is known to have sent nothing.
    outgoing.once('socket', (socket) => {
      socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      const write = (): void => {
        onSending();
        this.#write().catch((error: unknown) => this.fail(error instanceof Error ? error : new Error(String(error))));
      };
      if (this.#connected) write();
      else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', write);
    });
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).on('error', reject);
      outgoing.once('close', () => reject(new Error('the connection was closed')));
    });
    return this.#answerFrom(incoming);
  }

  fail(error: Error): void {
    // A request that has its answer passes no error on.
    (this.#incoming ?? this.#outgoing).destroy(error);
  }

  #expect(phase: TimeoutPhase, ms: number): void {
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => this.fail(new PhaseTimeout(phase)), ms);
  }

  async #write(): Promise<void> {
    const { body, headersMs } = this.#sending;
    const outgoing = this.#outgoing;
    this.#expect('headers', headersMs);
    if (!isStreamed(body)) {
      outgoing.end(body);
      return;
    }
    outgoing.flushHeaders();
    for await (const chunk of body) {
      if (!outgoing.destroyed && !outgoing.write(chunk)) await drainedOrClosed(outgoing);
      if (outgoing.destroyed) return;
      if (this.#incoming === undefined) this.#expect('headers', headersMs);
    }
    outgoing.end();
  }

  #answerFrom(incoming: IncomingMessage): HttpAnswer {
    this.#incoming = incoming;
    clearTimeout(this.#clock);
    // Destroying a body that nobody reads emits an error that nobody needs.
    incoming.on('error', () => undefined);
    // Whoever answers before it has read everything does not want the rest.
    incoming.once('end', () => this.#outgoing.writableFinished || this.#outgoing.destroy());
    return {
      status: incoming.statusCode ?? 0,
      header: (name) => incoming.headersDistinct[name]?.join(', '),
      chunks: this.#chunks(incoming),
      discard: () => void incoming.destroy(),
    };
  }

  async *#chunks(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
    const { bodyMs, signal } = this.#sending;
    try {
      this.#expect('body', bodyMs);
      for await (const chunk of incoming) {
        // The clock stands still while the reader works: that silence is not the server's.
        clearTimeout(this.#clock);
        // The connection may be gone by now, and the abort unheard, while what it brought is still here.
        signal?.throwIfAborted();
        yield chunk;
        this.#expect('body', bodyMs);
      }
    } finally {
      clearTimeout(this.#clock);
    }
  }
}

function isStreamed(body: Body | undefined): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

async function drainedOrClosed(outgoing: ClientRequest): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}
