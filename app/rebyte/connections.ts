import { createHmac } from 'node:crypto';
import type { Sweeping } from '../../shared/domain/engine/engine.ts';
import type { AgentPort } from '../../shared/ports/agent.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { RebyteClient, type ClientOptions, type RequestInfo } from '../../shared/rebyte/index.ts';
import type { Settings } from '../settings.ts';
import { agentOver } from './agent.ts';
import { webhookKeys, type WebhookKeys } from './webhook-keys.ts';

/** One key of Rebyte, with all that hangs on it. */
export interface Connection {
  /** The GitHub account, in lower case; '' for the key that serves all others. */
  readonly account: string;
  readonly client: RebyteClient;
  readonly agent: AgentPort;
  /** Of the sweep. */
  readonly sweeper: { readonly agent: AgentPort; readonly requests: () => number };
  /** Path that Rebyte posts to. */
  readonly webhookPath: string;
  /** What Rebyte sends along; each account its own. */
  readonly webhookSecret: string;
  /** What it sent along until the webhook was made anew; good while WEBHOOK_SECRET_OLD is. */
  readonly oldWebhookSecret?: string;
  readonly keys: WebhookKeys;
  /** Ends what is under way. */
  readonly close: () => Promise<void>;
}

export interface ConnectionParts {
  readonly settings: Pick<Settings, 'apiKeys' | 'webhookSecret' | 'oldWebhookSecret' | 'rebyteApiUrl'>;
  readonly clock: ClockPort;
  readonly log: LogPort;
  readonly mask: (text: string) => string;
  readonly onCall: (info: RequestInfo) => void;
}

/**
 * The sweep looks after many runs with few calls: a text that is not there yet is not waited for, and nothing is asked for
 * more than three times.
 */
const SWEEPING: Pick<ClientOptions, 'retry' | 'timeouts'> = {
  retry: { attempts: 3 },
  timeouts: { graceMs: 0, outageMs: 0 },
};

/** A connection for each account that has a key. */
export function connect(parts: ConnectionParts): ReadonlyMap<string, Connection> {
  const { apiKeys } = parts.settings;
  return new Map([...apiKeys].map(([account, apiKey]) => [account, connection(parts, { account, apiKey })]));
}

/** The agent of a GitHub account: by its own key, else by the one for all; undefined when there is neither. */
export function agentFor(connections: ReadonlyMap<string, Connection>, owner: string): AgentPort | undefined {
  return connectionOf(connections, owner)?.agent;
}

/** The same for the sweep. */
export function sweepingOver(connections: ReadonlyMap<string, Connection>): Sweeping {
  return {
    agentFor: (owner) => connectionOf(connections, owner)?.sweeper.agent,
    requests: () => [...connections.values()].reduce((sum, { sweeper }) => sum + sweeper.requests(), 0),
  };
}

function connectionOf(connections: ReadonlyMap<string, Connection>, owner: string): Connection | undefined {
  return connections.get(owner.toLowerCase()) ?? connections.get('');
}

/** The secret of an account's webhook: nobody has to keep another one, and no account can speak for another. */
export function webhookSecretFor(secret: string, account: string): string {
  return createHmac('sha256', secret).update(`rebyte-webhook:${account}`).digest('base64url');
}

function connection(parts: ConnectionParts, { account, apiKey }: { account: string; apiKey: string }): Connection {
  const { settings, clock, log, mask, onCall } = parts;
  const { oldWebhookSecret: old } = settings;
  const options: ClientOptions = {
    apiKey,
    baseUrl: settings.rebyteApiUrl,
    userAgent: 'rebyte-github-app',
    onWarning: (message) => log.warning(message),
    onRequest: onCall,
  };
  const client = new RebyteClient(options);
  let requests = 0;
  const onRequest = (info: RequestInfo) => {
    requests += 1;
    onCall(info);
  };
  const sweeper = new RebyteClient({ ...options, ...SWEEPING, onRequest });
  return {
    account,
    client,
    agent: agentOver(client, { mask }),
    sweeper: { agent: agentOver(sweeper, { mask }), requests: () => requests },
    webhookPath: account === '' ? '/rebyte/webhooks' : `/rebyte/webhooks/${account}`,
    webhookSecret: webhookSecretFor(settings.webhookSecret, account),
    ...(old !== undefined && { oldWebhookSecret: webhookSecretFor(old, account) }),
    keys: webhookKeys(async () => await client.webhooks.publicKey(), clock),
    close: async () => {
      await Promise.all([client.close(), sweeper.close()]);
    },
  };
}
