// The only file that knows undici; by path, because the package's index costs three times the start-up of what is used
// here: docs/adr/0002-node-http-first-then-undici.md.
import type { LookupFunction } from 'node:net';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Dispatcher } from 'undici';
import type { HttpAnswer, HttpEngine, HttpRequest, TimeoutPhase } from './http-engine.ts';

/**
 * Idle connections are dropped before common servers drop them (Node 5 s, load balancers 60 s), whatever a server
 * hints: a POST on a connection that dies under it is a POST in doubt.
 */
const KEEP_ALIVE_MS = 4_000;

const TIMEOUT_PHASES: Readonly<Record<string, TimeoutPhase | undefined>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'body',
};

interface AgentOptions {
  readonly connect: { readonly timeout: number };
  readonly keepAliveTimeout: number;
  readonly keepAliveMaxTimeout: number;
  readonly pipelining: number;
}

/** Pooled connections, kept alive; through a CONNECT tunnel when there is a proxy. */
export class UndiciEngine implements HttpEngine {
  readonly #dispatcher: Dispatcher;
  readonly #options: AgentOptions;
  /** By what they find addresses: a connection of one lookup must not serve another. */
  readonly #byLookup = new Map<LookupFunction, Dispatcher>();

  private constructor(dispatcher: Dispatcher, options: AgentOptions) {
    this.#dispatcher = dispatcher;
    this.#options = options;
  }

  static async open({ connectMs, proxy }: { connectMs: number; proxy?: string | undefined }): Promise<UndiciEngine> {
    const options = {
      connect: { timeout: connectMs },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    };
    return new UndiciEngine(proxy === undefined ? new Agent(options) : await openProxy(proxy, options), options);
  }

  async send(sending: HttpRequest, onSending: () => void): Promise<HttpAnswer> {
    const { url, method, headers, body, headersMs, bodyMs, signal, lookup } = sending;
    const data = await request.call(watch(this.#dispatcherFor(lookup), onSending), {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      headersTimeout: headersMs,
      bodyTimeout: bodyMs,
      signal: signal ?? null,
    });
    // Destroying a body that nobody reads emits an error that nobody needs.
    data.body.on('error', () => undefined);
    return {
      status: data.statusCode,
      header(name) {
        const value = data.headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      chunks: data.body,
      discard: () => void data.body.destroy(),
    };
  }

  timeoutPhase(error: unknown): TimeoutPhase | undefined {
    return error instanceof Error && 'code' in error ? TIMEOUT_PHASES[String(error.code)] : undefined;
  }

  async close(): Promise<void> {
    await Promise.all([this.#dispatcher, ...this.#byLookup.values()].map((each) => each.destroy()));
  }

  #dispatcherFor(lookup: LookupFunction | undefined): Dispatcher {
    if (lookup === undefined) return this.#dispatcher;
    const known = this.#byLookup.get(lookup);
    if (known !== undefined) return known;
    const made = new Agent({ ...this.#options, connect: { ...this.#options.connect, lookup } });
    this.#byLookup.set(lookup, made);
    return made;
  }
}

/** undici calls `onConnect` when it is about to write the request to a connected socket, TLS done. */
function watch(dispatcher: Dispatcher, onSending: () => void): Pick<Dispatcher, 'dispatch'> {
  return {
    dispatch: (options, handler) => {
      const onConnect = handler.onConnect?.bind(handler);
      handler.onConnect = (abort) => {
        onSending();
        onConnect?.(abort);
      };
      return dispatcher.dispatch(options, handler);
    },
  };
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
