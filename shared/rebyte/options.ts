import type { LookupFunction } from 'node:net';
import { ValidationError } from './errors.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.ts';
import { abortable, realSleep, type Sleep } from './sleep.ts';

export interface Timeouts {
  /** DNS, TCP and TLS together. Default 10,000 ms. */
  readonly connectMs: number;
  /** From the request's last byte to the answer's headers. Default 60,000 ms. */
  readonly headersMs: number;
  /** The same for `tasks.create` and `prompts.create`, which block while a VM is provisioned or resumed. Default 600,000 ms. */
  readonly createTaskMs: number;
  /** The longest silence on an event stream, comments included, before the task's status is asked for. Default 60,000 ms. */
  readonly idleStreamMs: number;
  /** How long a finished task's missing text or `done` is waited for. Default 3,000 ms. */
  readonly graceMs: number;
  /** How long following a task outlives failures of network or server before it gives up. Default 300,000 ms. */
  readonly outageMs: number;
}

/** One attempt at one request, for logs: neither key, nor query, nor bodies. */
export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly attempt: number;
  /** Undefined when no answer came. */
  readonly status?: number;
  /** Until the answer's headers. */
  readonly durationMs: number;
}

export interface ClientOptions {
  /** `rbk_…`; surrounding white space, as from a file, is dropped. */
  readonly apiKey: string;
  /** Default `https://api.rebyte.ai/v1`. The key goes to this origin and nowhere else. */
  readonly baseUrl?: string | undefined;
  readonly userAgent?: string | undefined;
  /** `http://[user:password@]host:port`; default: none. The environment is not read. */
  readonly proxy?: string | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Told what is odd but not wrong: an unknown model, an unencrypted address. */
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly onRequest?: ((info: RequestInfo) => void) | undefined;
  /** Told each time a request has been handed to a connected socket: the moment to load what its answer will need. */
  readonly onSent?: (() => void) | undefined;
  /** What carries requests. Default: Node's own HTTP until undici is loaded; undici with a proxy. For tests. */
  readonly engine?: 'node' | 'undici' | undefined;
  /** Finds the addresses of storages' hosts. Default: the system's. For tests. */
  readonly lookup?: LookupFunction | undefined;
  /** Milliseconds since the epoch. For tests, as are `sleep` and `random`. */
  readonly now?: (() => number) | undefined;
  readonly sleep?: Sleep | undefined;
  /** In [0, 1). */
  readonly random?: (() => number) | undefined;
}

/** ClientOptions checked, with every default filled in. */
export interface Settings {
  readonly apiKey: string;
  readonly baseUrl: URL;
  readonly userAgent: string;
  readonly proxy: string | undefined;
  readonly retry: RetryPolicy;
  readonly timeouts: Timeouts;
  readonly onWarning: (message: string) => void;
  readonly onRequest: (info: RequestInfo) => void;
  readonly onSent: (() => void) | undefined;
  readonly engine: 'node' | 'undici' | undefined;
  readonly lookup: LookupFunction | undefined;
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly random: () => number;
}

export const DEFAULT_BASE_URL = 'https://api.rebyte.ai/v1';

const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  createTaskMs: 600_000,
  idleStreamMs: 60_000,
  graceMs: 3_000,
  outageMs: 300_000,
};

/** @throws ValidationError naming the option. */
export function settingsFrom(options: ClientOptions): Settings {
  const settings: Settings = {
    apiKey: checkedKey(options.apiKey),
    baseUrl: checkedUrl('baseUrl', options.baseUrl ?? DEFAULT_BASE_URL),
    userAgent: options.userAgent ?? 'rebyte-client',
    proxy: options.proxy === undefined ? undefined : checkedUrl('proxy', options.proxy).href,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    onWarning: options.onWarning ?? (() => undefined),
    onRequest: options.onRequest ?? (() => undefined),
    onSent: options.onSent,
    engine: options.engine,
    lookup: options.lookup,
    now: options.now ?? Date.now,
    sleep: abortable(options.sleep ?? realSleep),
    random: options.random ?? Math.random,
  };
  const { protocol, hostname } = settings.baseUrl;
  if (protocol === 'http:' && !isLoopback(hostname)) {
    settings.onWarning(`The API key travels unencrypted to ${hostname}: use https.`);
  }
  return settings;
}

/** Whether a URL's host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function checkedKey(key: string): string {
  const trimmed = typeof key === 'string' ? key.trim() : '';
  if (/^[\x21-\x7e]+$/.test(trimmed)) return trimmed;
  const problem = trimmed === '' ? 'is empty' : 'contains characters that no key has, such as a space or a line break';
  throw new ValidationError('apiKey', `The API key ${problem}. Make one on Rebyte and pass it as it is.`);
}

function checkedUrl(field: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new ValidationError(field, `${field} must be an http(s) URL, got ${JSON.stringify(text)}.`);
  }
  if (field === 'baseUrl' && (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')) {
    throw new ValidationError(field, `${field} can have neither credentials, query nor fragment.`);
  }
  return url;
}
