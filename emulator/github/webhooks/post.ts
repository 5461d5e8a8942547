import { createHmac } from 'node:crypto';
import type { JsonObject } from '../contract/json-schema.ts';
import type { App, Hook } from '../state.ts';

/** GitHub waits this long for an answer, and then counts the delivery as failed. */
const ANSWER_TIMEOUT_MS = 10_000;

export interface Letter {
  readonly app: App;
  readonly hook: Hook;
  readonly url: string;
  readonly guid: string;
  readonly event: string;
  readonly payload: JsonObject;
}

/** What an attempt came to. Status and words as `/app/hook/deliveries` has them. */
export interface Outcome {
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly response: string;
}

/** Posts one event, once: GitHub tries nothing again by itself and follows no redirect. Never rejects. */
export async function post(letter: Letter, signal: AbortSignal): Promise<Outcome> {
  const body = JSON.stringify(letter.payload);
  const requestHeaders = headersOf(letter, body);
  const begun = performance.now();
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const ended = (rest: Omit<Outcome, 'requestHeaders' | 'duration'>): Outcome => {
    return { requestHeaders, duration: Math.round(performance.now() - begun) / 1000, ...rest };
  };
  try {
    const answer = await fetch(letter.url, {
      method: 'POST',
      headers: requestHeaders,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    });
    const response = await answer.text();
    return ended({
      status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      statusCode: answer.status,
      responseHeaders: Object.fromEntries(answer.headers),
      response,
    });
  } catch {
    // Why a connection failed is not told by GitHub either.
    const [status, statusCode] = timeout.aborted ? ['timed out', 504] : ['failed to connect to host', 502];
    return ended({ status, statusCode, responseHeaders: {}, response: '' });
  }
}

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
function headersOf({ app, hook, guid, event }: Letter, body: string): Readonly<Record<string, string>> {
  const hmac = (algorithm: string) => `${algorithm}=${createHmac(algorithm, hook.secret).update(body).digest('hex')}`;
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/emulated',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': hmac('sha1'),
    'x-hub-signature-256': hmac('sha256'),
  };
}
