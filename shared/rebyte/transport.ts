import type { LookupFunction } from 'node:net';
import type { CallOptions } from './contract.ts';
import { type Decode, parseJson } from './decode.ts';
import {
  AbortedError,
  ApiError,
  ConnectionError,
  InvalidResponseError,
  RebyteError,
  ValidationError,
} from './errors.ts';
import { failureFrom } from './failure.ts';
import { type Body, Http, type HttpAnswer, type Method } from './http.ts';
import type { Settings } from './options.ts';
import { readText } from './read-body.ts';
import { type FailedAttempt, retryDelay } from './retry.ts';
import type { StorageAddresses } from './storage-address.ts';

export interface Call extends CallOptions {
  readonly method: Method;
  /** Built by the `path` tag, below the base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Called anew for each attempt, for bodies that are not JSON. */
  readonly body?: (() => Body) | undefined;
  /** Default: `safe`, but `if-unsent` for POST. */
  readonly repeat?: 'safe' | 'if-unsent' | undefined;
  /** Attempts in all; default: the policy's. */
  readonly attempts?: number | undefined;
  readonly headersMs?: number | undefined;
  readonly bodyMs?: number | undefined;
}

/** A request to a signed URL of the storage, which is not the API and gets no key. */
export interface StorageCall extends Omit<Call, 'path' | 'query' | 'json'> {
  readonly url: string;
}

type Exchange<T> = (answer: HttpAnswer) => Promise<T>;

/** JSON answers beyond this are a defect or an attack. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;

/** Makes calls: address, key, the loop of attempts, errors, JSON. */
export class Transport {
  readonly settings: Settings;
  readonly #http: Http;
  #storage: StorageAddresses | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    const { baseUrl, proxy, engine, onSent, timeouts } = settings;
    this.#http = new Http({ baseUrl, connectMs: timeouts.connectMs, proxy, engine, onSent });
  }

  /** Calls and decodes the JSON answer. */
  json<T>(call: Call, decode: Decode<T>): Promise<T> {
    return this.exchange(call, async (answer) => decode(parseJson(await readText(answer, MAX_JSON_BYTES))));
  }

  /** Deletes; when only a repetition finds nothing, the first attempt had already done it. */
  async delete(call: Omit<Call, 'method'>): Promise<void> {
    let attempts = 0;
    try {
      const started = () => void (attempts += 1);
      await this.#exchange({ ...call, method: 'DELETE' }, this.#urlOf(call), { read: drain, started });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404 && attempts > 1)) throw error;
    }
  }

  /** Calls and hands the answer over; a connection lost while `read` reads is a failed attempt too. */
  exchange<T>(call: Call, read: Exchange<T>): Promise<T> {
    return this.#exchange(call, this.#urlOf(call), { read });
  }

  /**
   * Calls a signed storage URL, without the key.
   *
   * @throws InvalidResponseError when the URL leads to where the API may not send us; also while it connects.
   */
  async storage<T>(call: StorageCall, read: Exchange<T>): Promise<T> {
    if (!URL.canParse(call.url)) throw new InvalidResponseError('The API gave a storage URL that is none.');
    const url = new URL(call.url);
    const { StorageAddresses } = await import('./storage-address.ts');
    this.#storage ??= new StorageAddresses(this.settings);
    const lookup = this.#storage.lookupFor(url);
    return await this.#exchange({ ...call, path: url.pathname }, url, { read, keyless: true, lookup });
  }

  preconnect(): void {
    this.#http.preconnect();
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #exchange<T>(call: Call, url: URL, how: How<T>): Promise<T> {
    const { retry, random, sleep } = this.settings;
    const policy = { ...retry, attempts: call.attempts ?? retry.attempts };
    for (let attempt = 1; ; attempt += 1) {
      how.started?.();
      const result = await this.#attempt(call, url, { ...how, attempt });
      if ('value' in result) return result.value;
      const { error } = result;
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error;
      const repeat = call.repeat ?? (call.method === 'POST' ? 'if-unsent' : 'safe');
      const wait = retryDelay(policy, { repeat, attempt, ...factsOf(error) }, random);
      if (wait === undefined) throw error;
      await sleep(wait, call.signal).catch((cause: unknown) => {
        const sent = repeat === 'if-unsent' ? 'no' : 'maybe';
        throw new AbortedError(`${error.message} Aborted while waiting to try again.`, { cause, sent });
      });
    }
  }

  async #attempt<T>(call: Call, url: URL, how: How<T> & { readonly attempt: number }): Promise<Result<T>> {
    const { now, onRequest, timeouts } = this.settings;
    const started = now();
    const report = (status?: number) =>
      onRequest({
        method: call.method,
        path: url.pathname,
        attempt: how.attempt,
        durationMs: now() - started,
        ...(status === undefined ? {} : { status }),
      });
    let answer: HttpAnswer;
    try {
      answer = await this.#http.send({
        method: call.method,
        url,
        headers: this.#headersOf(call, how.keyless === true),
        body: call.body?.() ?? (call.json === undefined ? undefined : JSON.stringify(call.json)),
        headersMs: call.headersMs ?? timeouts.headersMs,
        bodyMs: call.bodyMs ?? timeouts.headersMs,
        signal: call.signal,
        lookup: how.lookup,
      });
    } catch (error) {
      report();
      return { error: knownError(error) };
    }
    report(answer.status);
    if (answer.status < 200 || answer.status > 299)
      return { error: await failureFrom(answer, { method: call.method, url }, now()) };
    try {
      return { value: await how.read(answer) };
    } catch (error) {
      answer.discard();
      if (!(error instanceof InvalidResponseError)) return { error: knownError(error) };
      const message = `${call.method} ${url.origin}${url.pathname}: ${answer.status}, but ${error.message}`;
      return { error: new InvalidResponseError(message, { cause: error }) };
    }
  }

  #headersOf(call: Call, keyless: boolean): Record<string, string> {
    return {
      'user-agent': this.settings.userAgent,
      ...(keyless ? {} : { api_key: this.settings.apiKey, accept: 'application/json' }),
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    };
  }

  #urlOf(call: Pick<Call, 'path' | 'query'>): URL {
    const { baseUrl } = this.settings;
    const url = new URL(baseUrl.pathname.replace(/\/+$/, '') + call.path, baseUrl);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    if (url.origin !== baseUrl.origin) throw new ValidationError('path', `${call.path} leaves ${baseUrl.origin}.`);
    return url;
  }
}

interface How<T> {
  readonly read: Exchange<T>;
  /** Called as each attempt begins. */
  readonly started?: () => void;
  readonly keyless?: boolean;
  readonly lookup?: LookupFunction | undefined;
}

type Result<T> = { readonly value: T } | { readonly error: RebyteError };

function factsOf(error: ApiError | ConnectionError): Pick<FailedAttempt, 'status' | 'retryAfterMs' | 'sent'> {
  if (error instanceof ConnectionError) return { sent: error.sent };
  return { status: error.status, retryAfterMs: error.retryAfterMs };
}

/** A defect is not a failed attempt: it goes up as it is. */
function knownError(error: unknown): RebyteError {
  if (error instanceof RebyteError) return error;
  throw error;
}

async function drain(answer: HttpAnswer): Promise<void> {
  await readText(answer, MAX_JSON_BYTES);
}
