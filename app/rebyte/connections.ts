import { createHmac } from 'node:crypto';
import type { AgentPort } from '../../shared/ports/agent.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { RebyteClient, type RequestInfo } from '../../shared/rebyte/index.ts';
import type { Settings } from '../settings.ts';
import { agentOver } from './agent.ts';
import { webhookKeys, type WebhookKeys } from './webhook-keys.ts';

/** One key of Rebyte, with all that hangs on it. */
export interface Connection {
  /** The GitHub account, in lower case; '' for the key that serves all others. */
  readonly account: string;
  readonly client: RebyteClient;
  readonly agent: AgentPort;
  /** Path that Rebyte posts to. */
  readonly webhookPath: string;
  /** What Rebyte sends along; each account its own. */
  readonly webhookSecret: string;
  /** What it sent along until the webhook was made anew; good while WEBHOOK_SECRET_OLD is. */
  readonly oldWebhookSecret?: string;
  readonly keys: WebhookKeys;
}

export interface ConnectionParts {
  readonly settings: Pick<Settings, 'apiKeys' | 'webhookSecret' | 'oldWebhookSecret' | 'rebyteApiUrl'>;
  readonly clock: ClockPort;
  readonly log: LogPort;
  readonly mask: (text: string) => string;
  readonly onCall: (info: RequestInfo) => void;
}

/** A connection for each account that has a key. */
export function connect(parts: ConnectionParts): ReadonlyMap<string, Connection> {
  const { apiKeys } = parts.settings;
  return new Map([...apiKeys].map(([account, apiKey]) => [account, connection(parts, { account, apiKey })]));
}

/** The agent of a GitHub account: by its own key, else by the one for all; undefined when there is neither. */
export function agentFor(connections: ReadonlyMap<string, Connection>, owner: string): AgentPort | undefined {
  return (connections.get(owner.toLowerCase()) ?? connections.get(''))?.agent;
}

/** The secret of an account's webhook: nobody has to keep another one, and no account can speak for another. */
export function webhookSecretFor(secret: string, account: string): string {
  return createHmac('sha256', secret).update(`rebyte-webhook:${account}`).digest('base64url');
}

function connection(parts: ConnectionParts, { account, apiKey }: { account: string; apiKey: string }): Connection {
  const { settings, clock, log, mask, onCall } = parts;
  const { oldWebhookSecret: old } = settings;
  const client = new RebyteClient({
    apiKey,
    baseUrl: settings.rebyteApiUrl,
    userAgent: 'rebyte-github-app',
    onWarning: (message) => log.warning(message),
    onRequest: onCall,
  });
  return {
    account,
    client,
    agent: agentOver(client, { mask }),
    webhookPath: account === '' ? '/rebyte/webhooks' : `/rebyte/webhooks/${account}`,
    webhookSecret: webhookSecretFor(settings.webhookSecret, account),
    ...(old !== undefined && { oldWebhookSecret: webhookSecretFor(old, account) }),
    keys: webhookKeys(async () => await client.webhooks.publicKey(), clock),
  };
}
