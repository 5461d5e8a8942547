import { createHash } from 'node:crypto';
import { ApiError, type RebyteClient, type Webhook } from '../../shared/rebyte/index.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** Endings are all that the App does not know by itself. */
const EVENTS = ['task.completed', 'task.failed', 'task.canceled'] as const;

export interface WantedWebhook {
  readonly url: string;
  /** What Rebyte sends along with each delivery. */
  readonly secret: string;
}

export type WebhookState =
  | { readonly kind: 'active'; readonly how: 'found' | 'created' | 'replaced' }
  /** The App works without, by sweeping; `message` says why and what to do. */
  | { readonly kind: 'limit_exceeded' | 'failed' | 'no_public_url'; readonly message: string };

/**
 * Makes sure that Rebyte tells us of endings: finds the webhook by its URL, and replaces one that was switched off after
 * failures, lacks an event or carries another secret. Never rejects.
 */
export async function ensureWebhook(client: RebyteClient, wanted: WantedWebhook): Promise<WebhookState> {
  try {
    const found = (await client.webhooks.list()).find(({ url }) => url === wanted.url);
    if (found !== undefined && isGood(found, wanted)) return { kind: 'active', how: 'found' };
    // Creating the same URL again would give back the one there is, unchanged.
    if (found !== undefined) await client.webhooks.delete(found.id);
    const { url, secret } = wanted;
    await client.webhooks.create({ url, secret, events: [...EVENTS], description: descriptionFor(secret) });
    return { kind: 'active', how: found === undefined ? 'created' : 'replaced' };
  } catch (error) {
    const said = messageOf(error);
    if (error instanceof ApiError && error.code === 'limit_exceeded') {
      const remedy = 'An organization has at most three. Delete one on Rebyte; the App looks again every hour.';
      return { kind: 'limit_exceeded', message: `Rebyte takes no more webhooks. ${remedy} (${said})` };
    }
    return { kind: 'failed', message: `The webhook on Rebyte could not be looked after: ${said}` };
  }
}

function isGood({ isActive, events, description }: Webhook, { secret }: WantedWebhook): boolean {
  const heard: readonly string[] = events ?? EVENTS;
  return isActive && EVENTS.every((event) => heard.includes(event)) && description === descriptionFor(secret);
}

/** Rebyte never shows a secret again, so the description says by a fingerprint which one it is. */
function descriptionFor(secret: string): string {
  const fingerprint = createHash('sha256').update(`fingerprint:${secret}`).digest('hex').slice(0, 12);
  return `Rebyte for GitHub (secret ${fingerprint})`;
}
