// One attempt at one request, and what its failure means. The first goes by Node's own HTTP, because loading undici
// would hold it up: docs/adr/0002-node-http-first-then-undici.md.
import { fieldsOf } from './decode.ts';
import { AbortedError, ConnectionError, RebyteError, type Sent, TimeoutError } from './errors.ts';
import type { HttpAnswer, HttpEngine, HttpRequest, TimeoutPhase } from './http-engine.ts';
import { NodeEngine } from './node-engine.ts';

export type { Body, HttpAnswer, HttpRequest, Method } from './http-engine.ts';

export interface HttpOptions {
  /** Where requests will mostly go. */
  readonly baseUrl: URL;
  /** DNS, TCP and TLS together. */
  readonly connectMs: number;
  /** `http://[user:password@]host:port`; every request then goes through a CONNECT tunnel. */
  readonly proxy?: string | undefined;
  /** Default: node until undici is loaded, which begins when the first request is on the wire; undici with a proxy. */
  readonly engine?: 'node' | 'undici' | undefined;
  /** Called each time a request has been handed to a connected socket. */
  readonly onSent?: (() => void) | undefined;
}

export class Http {
  readonly #options: HttpOptions;
  readonly #node: NodeEngine;
  #undici: Promise<HttpEngine> | undefined;
  /** What new requests go by. */
  #engine: HttpEngine;
  #closed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#node = new NodeEngine({ connectMs: options.connectMs, expects: options.baseUrl });
    this.#engine = this.#node;
  }

  /**
   * @throws ConnectionError when no answer came, TimeoutError when it took too long, AbortedError when the signal says so.
   */
  async send(sending: HttpRequest): Promise<HttpAnswer> {
    const { signal } = sending;
    const attempt = new Attempt(sending);
    if (signal?.aborted === true) throw attempt.error(signal.reason);
    const { engine: fixed, proxy } = this.#options;
    const engine = fixed === 'undici' || proxy !== undefined ? await this.#loadUndici() : this.#engine;
    if (this.#closed) throw new ConnectionError(`${attempt.what}: the client is closed.`, { sent: 'no' });
    const explain = (error: unknown) => attempt.error(error, engine.timeoutPhase(error), this.#closed);
    const onSending = () => {
      attempt.sent = 'maybe';
      // The write follows in this turn of the loop; nothing may hold it up.
      setImmediate(() => this.#onSent());
    };
    try {
      const answer = await orAborted(engine.send(sending, onSending), signal);
      return { ...answer, chunks: explained(answer.chunks, explain) };
    } catch (error) {
      throw explain(error);
    }
  }

  /** Opens a connection to the base URL ahead of the first request, where that goes by Node's HTTP. Never fails. */
  preconnect(): void {
    const { engine, proxy } = this.#options;
    const first = this.#undici === undefined && engine !== 'undici' && proxy === undefined;
    if (first && !this.#closed) this.#node.preconnect();
  }

  /** Ends every connection; calls under way fail with a ConnectionError. */
  async close(): Promise<void> {
    this.#closed = true;
    const undici = await this.#undici?.catch(() => undefined);
    await Promise.all([this.#node.close(), undici?.close()]);
  }

  #onSent(): void {
    this.#options.onSent?.();
    if (this.#closed || this.#options.engine === 'node') return;
    this.#loadUndici().then(
      (undici) => (this.#engine = undici),
      // What cannot be loaded is not missed: Node's HTTP keeps every promise, but opens a connection per request.
      () => undefined,
    );
  }

  #loadUndici(): Promise<HttpEngine> {
    this.#undici ??= import('./undici-engine.ts').then(({ UndiciEngine }) => UndiciEngine.open(this.#options));
    return this.#undici;
  }
}

/** undici hears an abort only once a connection stands; a caller must not wait for that. */
function orAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return pending;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function* explained(
  body: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => RebyteError,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explain(error);
  }
}

/** What one attempt knows when it fails: which request, and how far it came. */
class Attempt {
  readonly what: string;
  sent: Sent = 'no';
  readonly #signal: AbortSignal | undefined;

  constructor({ method, url, signal }: HttpRequest) {
    this.#signal = signal;
    this.what = `${method} ${url.origin}${url.pathname}`;
  }

  error(cause: unknown, phase?: TimeoutPhase, closed = false): RebyteError {
    if (cause instanceof RebyteError) return cause;
    const { sent } = this;
    if (this.#signal?.aborted === true) {
      return new AbortedError(`${this.what}: aborted.`, { cause: this.#signal.reason, sent });
    }
    if (phase !== undefined) {
      const limit = { connect: 'no connection', headers: 'no answer', body: 'the answer fell silent' }[phase];
      return new TimeoutError(`${this.what}: ${limit} within the time allowed.`, { cause, sent, phase });
    }
    const certainty = sent === 'no' ? ' Nothing was sent.' : '';
    const reason = closed ? 'the client was closed' : reasonOf(cause);
    return new ConnectionError(`${this.what}: ${reason}.${certainty}`, { cause, sent });
  }
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'the connection was refused (ECONNREFUSED): check the address, and that the server is up',
  ENOTFOUND: 'the host name does not resolve (ENOTFOUND): check the address',
  EAI_AGAIN: 'the host name cannot be resolved now (EAI_AGAIN)',
};

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // An error of another realm is no instance of ours, and has its code all the same.
  const code = fieldsOf(cause)['code'];
  if (typeof code !== 'string') return `the connection failed: ${message}`;
  return REASONS[code] ?? `the connection failed: ${message} (${code})`;
}
