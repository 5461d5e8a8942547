import { createHmac, createPrivateKey, randomBytes } from 'node:crypto';
import type { Probot } from 'probot';
import type { Logger } from 'pino';
import type { Engine } from '../shared/domain/engine/engine.ts';
import { createPace } from '../shared/domain/pace.ts';
import type { ClockPort } from '../shared/ports/clock.ts';
import { createAppLog, logFieldsOf, logPortOver } from './app-log.ts';
import { attachmentsOverHttps } from './attachments/attachments-over-https.ts';
import { createAppMetrics, type AppMetrics } from './app-metrics.ts';
import { createProbot } from './github/create-probot.ts';
import { identify } from './github/identity.ts';
import { installationsOf, type Installations } from './github/installations.ts';
import { missedDeliveriesOf } from './github/missed-deliveries.ts';
import { DEFAULT_RETENTION_DAYS } from './limits-settings.ts';
import { maskFor } from '../shared/domain/mask-for.ts';
import { opsToken } from './ops/ops-token.ts';
import { agentFor, connect, sweepingOver, webhookSecretFor, type Connection } from './rebyte/connections.ts';
import type { Backoff } from './retry-delay.ts';
import type { Settings } from './settings.ts';
import { openStorage, type Storage } from './storage.ts';
import { systemClock } from '../shared/system/clock.ts';

export interface ComposeOptions {
  /** Takes each finished line of the log. */
  readonly write: (line: string) => void;
  /** Ends what waits for GitHub's limits. */
  readonly signal: AbortSignal;
  readonly clock?: ClockPort | undefined;
  readonly backoff?: Backoff | undefined;
}

/** Everything that the App is made of, wired and not yet started. */
export interface Parts {
  readonly logger: Logger;
  readonly clock: ClockPort;
  readonly storage: Storage;
  readonly metrics: AppMetrics;
  readonly probot: Probot;
  readonly installations: Installations;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly engine: Engine;
}

/**
 * Puts an adapter behind every port. Opens the storage and asks GitHub who we are.
 *
 * @throws StorageUnusable, StorageUnavailable; IdentityError when GitHub will not say
 */
export async function compose(settings: Settings, options: ComposeOptions): Promise<Parts> {
  const { clock = systemClock, signal, write } = options;
  const mask = maskFor(secretsOf(settings));
  const logger = createAppLog({ level: settings.logLevel, mask, write });
  const log = logPortOver(logger);
  const logWith = (fields: Readonly<Record<string, string>>) => logPortOver(logger, fields);
  const storage = await openStorage(settings.storage, {
    clock,
    log: (job) => logWith(job === undefined ? {} : logFieldsOf(job)),
    ...(options.backoff !== undefined && { backoff: options.backoff }),
  });
  const { store, queue } = storage;
  const metrics = createAppMetrics({ queue, store });
  const probot = await createProbot({ settings, log: logger, onCall: metrics.githubCall });
  const self = await identify(probot, { clock, log }).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  const { retentionDays = DEFAULT_RETENTION_DAYS, writeLimits } = settings;
  const paced = writeLimits !== undefined && { pace: createPace(writeLimits, clock) };
  const installations = installationsOf(probot, { clock, log: logWith, self, signal, ...paced });
  const connections = connect({
    settings,
    clock,
    log,
    mask,
    onCall: ({ durationMs, ...call }) => metrics.rebyteCall({ ...call, seconds: durationMs / 1_000 }),
  });
  const engine: Engine = {
    store,
    jobs: queue,
    clock,
    metrics: metrics.port,
    log: logWith,
    forgeFor: installations.forgeFor,
    agentFor: (owner) => agentFor(connections, owner),
    sweeping: sweepingOver(connections),
    attachments: attachmentsOverHttps(),
    deliveries: missedDeliveriesOf(probot, { clock, log, signal }),
    ...paced,
    retentionMs: retentionDays * DAY_MS,
    installedRepositories: installations.repositories,
    secret: engineSecrets(settings),
    self,
    newId: () => randomBytes(16).toString('base64url'),
    mask,
  };
  return { logger, clock, storage, metrics, probot, installations, connections, engine };
}

const DAY_MS = 24 * 3_600_000;

function engineSecrets({ webhookSecret, oldWebhookSecret }: Settings): readonly [string, ...string[]] {
  const old = oldWebhookSecret === undefined ? [] : [engineSecret(oldWebhookSecret)];
  return [engineSecret(webhookSecret), ...old];
}

/** Derived, so that replicas and restarts agree without one more secret to keep. */
function engineSecret(webhookSecret: string): string {
  return createHmac('sha256', webhookSecret).update('engine').digest('base64url');
}

function secretsOf({
  apiKeys,
  webhookSecret,
  oldWebhookSecret = webhookSecret,
  privateKey,
  storage,
}: Settings): string[] {
  const accounts = [...apiKeys.keys()];
  const derived = [webhookSecret, oldWebhookSecret].flatMap((secret) => [
    secret,
    engineSecret(secret),
    opsToken(secret),
    ...accounts.map((account) => webhookSecretFor(secret, account)),
  ]);
  return [...apiKeys.values(), ...derived, ...keyLines(privateKey), ...passwords(storage)];
}

/** Both as we keep it and as GitHub gives it: the same key, and no line alike. */
function keyLines(pem: string): string[] {
  const asGiven = createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString();
  return `${pem}\n${asGiven}`.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
}

/** As it stands in the URL, and as it is. */
function passwords(storage: Settings['storage']): string[] {
  const { password } = storage.kind === 'postgres' ? new URL(storage.url) : { password: '' };
  return password === '' ? [] : [password, decodeURIComponent(password)];
}
