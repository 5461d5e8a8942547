// One attempt at one request. The only file that knows undici; by path, because the package's index costs three times
// the start-up of what is used here: docs/adr/0002-undici-by-deep-import.md.
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Dispatcher } from 'undici';
import { AbortedError, ConnectionError, RebyteError, type Sent, TimeoutError } from './errors.ts';

export interface HttpOptions {
  /** DNS, TCP and TLS together. */
  readonly connectMs: number;
  /** `http://[user:password@]host:port`; every request then goes through a CONNECT tunnel. */
  readonly proxy?: string | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface HttpRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  /** The longest wait for the answer's headers, counted from the last byte sent. */
  readonly headersMs: number;
  /** The longest silence within the answer's body. */
  readonly bodyMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** One header's value, its repetitions joined by `, `. */
  header(name: string): string | undefined;
  /** The body as it arrives, with backpressure. Can be read once; leaving the loop early ends the connection. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the connection without reading on. */
  discard(): void;
}

/**
 * Idle connections are dropped before common servers drop them (Node 5 s, load balancers 60 s), whatever a server
 * hints: a POST on a connection that dies under it is a POST in doubt.
 */
const KEEP_ALIVE_MS = 4_000;

export class Http {
  readonly #options: HttpOptions;
  #dispatcher: Promise<Dispatcher> | Dispatcher | undefined;
  #closed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * @throws ConnectionError when no answer came, TimeoutError when it took too long, AbortedError when the signal says so.
   */
  async send(sending: HttpRequest): Promise<HttpAnswer> {
    const context = new Context(sending);
    if (sending.signal?.aborted === true) throw context.error(sending.signal.reason);
    if (this.#closed) throw new ConnectionError(`${context.what}: the client is closed.`, { sent: 'no' });
    const dispatcher = await this.#open();
    const { url, method, headers, body, headersMs, bodyMs, signal } = sending;
    const answer = request.call(context.watch(dispatcher), {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      headersTimeout: headersMs,
      bodyTimeout: bodyMs,
      signal: signal ?? null,
    });
    try {
      return answerFrom(await orAborted(answer, signal), context);
    } catch (error) {
      throw context.error(error);
    }
  }

  /** Ends every connection; calls under way fail with a ConnectionError. */
  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#dispatcher)?.destroy();
  }

  #open(): Promise<Dispatcher> | Dispatcher {
    const { connectMs, proxy } = this.#options;
    const options = {
      connect: { timeout: connectMs },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    };
    this.#dispatcher ??= proxy === undefined ? new Agent(options) : openProxy(proxy, options);
    return this.#dispatcher;
  }
}

async function openProxy(proxy: string, options: object): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: Pool }, { default: connect }] = await Promise.all([
    import('undici/lib/dispatcher/proxy-agent.js'),
    import('undici/lib/dispatcher/pool.js'),
    import('undici/lib/api/api-connect.js'),
  ]);
  // The agent opens its tunnels by `pool.connect`, which only undici's index puts on every dispatcher.
  const clientFactory = (origin: URL, poolOptions: object) => Object.assign(new Pool(origin, poolOptions), { connect });
  return new ProxyAgent({ uri: proxy, clientFactory, ...options });
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

function answerFrom(data: Dispatcher.ResponseData, context: Context): HttpAnswer {
  // Destroying a body that nobody reads emits an error that nobody needs.
  data.body.on('error', () => undefined);
  return {
    status: data.statusCode,
    header(name) {
      const value = data.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    chunks: mapErrors(data.body, context),
    discard: () => void data.body.destroy(),
  };
}

async function* mapErrors(body: AsyncIterable<Uint8Array>, context: Context): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw context.error(error);
  }
}

/** What one attempt knows when it fails: which request, and how far it came. */
class Context {
  readonly what: string;
  readonly #request: HttpRequest;
  #sent: Sent = 'no';

  constructor(sending: HttpRequest) {
    this.#request = sending;
    this.what = `${sending.method} ${sending.url.origin}${sending.url.pathname}`;
  }

  /** undici calls `onConnect` when it is about to write the request to a connected socket, TLS done: until then nothing left. */
  watch(dispatcher: Dispatcher): Pick<Dispatcher, 'dispatch'> {
    return {
      dispatch: (options, handler) => {
        const onConnect = handler.onConnect?.bind(handler);
        handler.onConnect = (abort) => {
          this.#sent = 'maybe';
          onConnect?.(abort);
        };
        return dispatcher.dispatch(options, handler);
      },
    };
  }

  error(cause: unknown): RebyteError {
    if (cause instanceof RebyteError) return cause;
    const sent = this.#sent;
    if (this.#request.signal?.aborted === true) return new AbortedError(`${this.what}: aborted.`, { cause, sent });
    const phase = TIMEOUT_PHASES[codeOf(cause)];
    if (phase !== undefined) {
      const limit = { connect: 'no connection', headers: 'no answer', body: 'the answer fell silent' }[phase];
      return new TimeoutError(`${this.what}: ${limit} within the time allowed.`, { cause, sent, phase });
    }
    const certainty = sent === 'no' ? ' Nothing was sent.' : '';
    return new ConnectionError(`${this.what}: ${reasonOf(cause)}.${certainty}`, { cause, sent });
  }
}

const TIMEOUT_PHASES: Readonly<Record<string, TimeoutError['phase'] | undefined>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'body',
};

const REASONS: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'the connection was refused (ECONNREFUSED); is the address right and the server up?',
  ENOTFOUND: 'the host name does not resolve (ENOTFOUND); is the address right?',
  EAI_AGAIN: 'the host name cannot be resolved now (EAI_AGAIN)',
  UND_ERR_DESTROYED: 'the client was closed',
};

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause);
  return REASONS[code] ?? `the connection failed: ${message}${code === '' ? '' : ` (${code})`}`;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
