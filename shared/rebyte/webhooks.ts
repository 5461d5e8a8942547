import type { CallOptions, NewWebhook, Webhook } from './contract.ts';
import { fieldsOf, listIn, objectWith, parseJson } from './decode.ts';
import { InvalidResponseError } from './errors.ts';
import { path } from './path.ts';
import { readText } from './read-body.ts';
import type { Transport } from './transport.ts';
import { validateWebhook } from './validate.ts';

const asWebhook = objectWith<Webhook>('id', 'url');
const MAX_KEY_BYTES = 64 * 1024;
const PEM = /-----BEGIN (?:RSA )?PUBLIC KEY-----[\s\S]+?-----END (?:RSA )?PUBLIC KEY-----/g;

/** `/webhooks`: at most three per organization, fired for every task of it. Deliveries are read by `unwrapWebhook`. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Registers a URL. One that is registered already is returned as it is, its events and secret unchanged. */
  async create(webhook: NewWebhook, { signal }: CallOptions = {}): Promise<Webhook> {
    validateWebhook(webhook);
    const call = { method: 'POST', path: path`/webhooks`, json: webhook, repeat: 'safe', signal } as const;
    return await this.#transport.json(call, asWebhook);
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Webhook[]> {
    // Whether the list has an envelope is not documented.
    return await this.#transport.json({ method: 'GET', path: path`/webhooks`, signal }, (body) =>
      listIn('data', asWebhook)(Array.isArray(body) ? { data: body } : body),
    );
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<Webhook> {
    return await this.#transport.json({ method: 'GET', path: path`/webhooks/${id}`, signal }, asWebhook);
  }

  /** Deliveries stop at once. */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.delete({ path: path`/webhooks/${id}`, signal });
  }

  /** The organization's public keys as PEM, for `unwrapWebhook`; it has one from its first webhook on. */
  async publicKey({ signal }: CallOptions = {}): Promise<readonly string[]> {
    const call = { method: 'GET', path: path`/webhooks/public_key`, headers: { accept: '*/*' }, signal } as const;
    return await this.#transport.exchange(call, async (answer) => {
      const keys = pemsIn(await readText(answer, MAX_KEY_BYTES));
      if (keys.length === 0) throw new InvalidResponseError('there is no PEM public key in the body');
      return keys;
    });
  }
}

/** The body's shape is not documented: a bare PEM, or JSON with it in one of three fields. */
function pemsIn(text: string): string[] {
  const json = parseJson(text);
  const { publicKey, public_key, key } = fieldsOf(json);
  const places = [publicKey, public_key, key, json, text];
  const place = places.find((each) => typeof each === 'string' && each.includes('-----BEGIN'));
  return typeof place === 'string' ? (place.match(PEM) ?? []) : [];
}
