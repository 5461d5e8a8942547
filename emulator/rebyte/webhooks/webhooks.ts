import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../api-error.ts';
import type { Faults, WebhookFault } from '../faults.ts';
import type { Webhook } from '../records.ts';
import type { CreateWebhookBody } from '../requests.ts';
import { SigningKey } from './signing-key.ts';

const MAX_WEBHOOKS = 3;
const FAILURES_TO_SWITCH_OFF = 10;
const EVENTS = ['task.created', 'task.running', 'task.completed', 'task.failed', 'task.canceled'];

export interface WebhookPayload {
  readonly event: string;
  readonly taskId: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly data: { readonly status: string; readonly taskUrl: string; readonly result?: string };
}

export interface WebhookOptions {
  readonly timeoutMs: number;
  readonly faults: Faults;
  readonly log: (line: string) => void;
}

/** The organization's webhooks: who hears of tasks, and the delivery, which is tried once. */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #registered = new Map<string, Webhook>();
  readonly #key = new SigningKey();
  /** The last delivery under way per webhook and task: those of one task arrive in order. */
  readonly #tails = new Map<string, Promise<void>>();
  /** Deliveries that a `swap` fault holds until the webhook's next one. */
  readonly #held = new Map<string, WebhookPayload[]>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Registers a webhook; one that has this URL already is returned unchanged. */
  register(body: CreateWebhookBody): { readonly webhook: Webhook; readonly created: boolean } {
    const existing = [...this.#registered.values()].find(({ url }) => url === body.url);
    if (existing) return { webhook: existing, created: false };
    checkUrl(body.url);
    const unknown = body.events.filter((event) => !EVENTS.includes(event));
    if (unknown.length > 0) {
      throw new ApiError('validation_error', `events: ${unknown.join(', ')} is none of ${EVENTS.join(', ')}`);
    }
    if (this.#registered.size >= MAX_WEBHOOKS) {
      throw new ApiError('limit_exceeded', `an organization has at most ${MAX_WEBHOOKS} webhooks; delete one first`);
    }
    this.#key.create();
    const webhook: Webhook = {
      id: randomUUID(),
      url: body.url,
      events: body.events,
      description: body.description ?? null,
      secret: body.secret ?? null,
      createdAt: new Date(),
      isActive: true,
      lastTriggeredAt: null,
      failureCount: 0,
    };
    this.#registered.set(webhook.id, webhook);
    return { webhook, created: true };
  }

  list(): readonly Webhook[] {
    return [...this.#registered.values()];
  }

  find(id: string): Webhook {
    const webhook = this.#registered.get(id);
    if (!webhook) throw new ApiError('not_found', `no webhook ${id}`);
    return webhook;
  }

  /** Deliveries stop at once, also those that wait. */
  remove(id: string): void {
    this.#registered.delete(this.find(id).id);
    this.#held.delete(id);
  }

  publicKey(): Promise<string | undefined> {
    return this.#key.publicKey();
  }

  /** Sends the payload to every active webhook that wants the event. */
  send(payload: WebhookPayload): void {
    for (const webhook of this.#registered.values()) {
      if (webhook.isActive && webhook.events.includes(payload.event)) this.#queue(webhook, payload);
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  #queue(webhook: Webhook, payload: WebhookPayload): void {
    const fault = this.#options.faults.take(
      (other): other is WebhookFault =>
        other.kind === 'webhook' && (other.event === undefined || other.event === payload.event),
    );
    switch (fault?.how) {
      case 'lose':
        return;
      case 'swap':
        this.#held.set(webhook.id, [...(this.#held.get(webhook.id) ?? []), payload]);
        return;
      case 'late': // Outside the order, or it would make the following ones late too.
        return this.#track(this.#later(webhook, payload, fault.ms ?? 1_000));
      default:
        this.#inOrder(webhook, payload);
        if (fault?.how === 'double') this.#inOrder(webhook, payload);
        for (const held of this.#held.get(webhook.id) ?? []) this.#inOrder(webhook, held);
        this.#held.delete(webhook.id);
    }
  }

  #inOrder(webhook: Webhook, payload: WebhookPayload): void {
    const key = `${webhook.id} ${payload.taskId}`;
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(() => this.#deliver(webhook, payload));
    this.#tails.set(key, tail);
    this.#track(tail.finally(() => this.#tails.get(key) === tail && this.#tails.delete(key)));
  }

  async #later(webhook: Webhook, payload: WebhookPayload, ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#closing.signal });
    await this.#deliver(webhook, payload);
  }

  #track(work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      () => undefined, // Only closing rejects; a failed delivery is a value.
    );
    this.#underWay.add(settled);
    void settled.finally(() => this.#underWay.delete(settled));
  }

  async #deliver(webhook: Webhook, payload: WebhookPayload): Promise<void> {
    if (!this.#registered.has(webhook.id) || !webhook.isActive || this.#closing.signal.aborted) return;
    const failure = await this.#post(webhook, JSON.stringify(payload));
    webhook.lastTriggeredAt = new Date();
    webhook.failureCount = failure === undefined ? 0 : webhook.failureCount + 1;
    if (failure === undefined) return;
    this.#options.log(`webhook ${webhook.url}: ${payload.event} failed: ${failure}`);
    if (webhook.failureCount >= FAILURES_TO_SWITCH_OFF) webhook.isActive = false;
  }

  /** One attempt; undefined when the receiver answered 2xx in time, else what was wrong. */
  async #post(webhook: Webhook, body: string): Promise<string | undefined> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = await this.#key.signature(timestamp, body);
    const { timeoutMs } = this.#options;
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        body,
        headers: {
          'Content-Type': 'application/json',
          'X-Webhook-Timestamp': timestamp,
          'X-Webhook-Signature': signature,
          ...(webhook.secret === null ? {} : { 'X-Webhook-Secret': webhook.secret }),
        },
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `HTTP ${response.status}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error ? cause.message : String(cause);
    }
  }
}

/** https, as documented; plain http only to this machine, where there is no certificate to be had. */
function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed?.hostname ?? '');
  if (parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && loopback)) return;
  throw new ApiError(
    'validation_error',
    `url ${JSON.stringify(url)} must be https (http only for 127.0.0.1 or localhost)`,
  );
}
