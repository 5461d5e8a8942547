import type { ClockPort } from '../shared/ports/clock.ts';
import { logPortOver, underItsName } from './app-log.ts';
import { closeGap } from './close-gap.ts';
import { compose, type Parts } from './compose.ts';
import { githubDeliveries } from './github/deliveries.ts';
import { createIntake } from './github/intake.ts';
import { healthRoutes, type Health } from './health.ts';
import { listen, type HttpServer, type Route } from './http/http-server.ts';
import { opsRoutes } from './ops/ops-routes.ts';
import { opsToken } from './ops/ops-token.ts';
import { rebyteDeliveries } from './rebyte/deliveries.ts';
import { ensureWebhook } from './rebyte/ensure-webhook.ts';
import type { Backoff } from './retry-delay.ts';
import type { Settings } from './settings.ts';
import { DEFAULT_INTERVALS, startTimers, type Intervals } from './timers.ts';
import { work } from './worker.ts';

export interface StartOptions {
  /** Takes each finished line of the log. Default: standard output. */
  readonly write?: (line: string) => void;
  readonly clock?: ClockPort;
  readonly intervals?: Partial<Intervals>;
  /** Pauses before a failed job runs again. Default: from 1 s, at most 60 s. */
  readonly backoff?: Backoff;
  /** Rebyte posts to wherever the App came to listen. For localhost, where the port is not known before. */
  readonly publicUrlIsOwn?: boolean;
  /** Changes what the App is made of before it starts, for tests. */
  readonly around?: (parts: Parts) => Parts;
}

/** A running App. */
export interface App {
  /** `http://host:port`; GitHub posts to `/api/github/webhooks`. */
  readonly url: string;
  readonly metricsUrl: string;
  /** Resolves when every webhook on Rebyte was looked after once. */
  readonly ready: Promise<void>;
  /** Takes nothing new, finishes what is under way for at most 25 s, and ends. Can be called twice. */
  stop(): Promise<void>;
}

/** With what the servers take, less than the 30 s that supervisors commonly give. */
const DRAIN_MS = 20_000;

/** Starts the App. Rejects when GitHub does not know it or an address cannot be had. */
export async function startApp(settings: Settings, options: StartOptions = {}): Promise<App> {
  const stopping = new AbortController();
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const { clock, backoff } = options;
  const composed = await compose(settings, { write, signal: stopping.signal, clock, backoff });
  const parts = options.around?.(composed) ?? composed;
  const { queue, description, close } = parts.storage;
  const health: Health = {
    phase: 'starting',
    webhooks: new Map([...parts.connections.keys()].map((account) => [account, undefined])),
  };
  const servers = await openServers(settings, parts, health).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const log = logPortOver(parts.logger);
  log.info(`The App ${parts.engine.self} listens on ${servers.main.url}, its metrics are on ${servers.metrics.url}.`);
  log.notice(description);
  const publicUrl = options.publicUrlIsOwn === true ? servers.main.url : settings.publicUrl;
  const ensureWebhooks = async () => await lookAfterWebhooks({ parts, health, publicUrl, stopping: stopping.signal });
  // Whatever Rebyte said while no process listened is lost.
  const gapClosed = closeGap(parts.engine, stopping.signal);
  queue.start(async (job) => await underItsName(job, async () => await work(parts.engine, job)));
  const intervals = { ...DEFAULT_INTERVALS, ...options.intervals };
  const timers = startTimers({ jobs: queue, clock: parts.clock, log, intervals, ensureWebhooks });
  const ready = ensureWebhooks();
  health.phase = 'running';
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    health.phase = 'stopping';
    timers.stop();
    await servers.main.close();
    await queue.drain(DRAIN_MS);
    stopping.abort(new Error('The App is stopping.'));
    await Promise.all([...parts.connections.values()].map(async ({ close: end }) => await end()));
    await Promise.all([ready, gapClosed]);
    await servers.metrics.close();
    await close();
    log.info('The App has stopped.');
  };
  return { url: servers.main.url, metricsUrl: servers.metrics.url, ready, stop: () => (stopped ??= stop()) };
}

interface Servers {
  readonly main: HttpServer;
  /** Numbers and dead letters are for whoever operates the App, so they are not where the whole world posts. */
  readonly metrics: HttpServer;
}

async function openServers(settings: Settings, parts: Parts, health: Health): Promise<Servers> {
  const { metrics, logger } = parts;
  const { queue } = parts.storage;
  const log = logPortOver(logger);
  const routes = new Map<string, Route>([...healthRoutes(health, queue), ...webhookRoutes(settings, parts)]);
  const text: Route = {
    method: 'GET',
    handle: async () => ({ status: 200, body: await metrics.text(), headers: { 'content-type': metrics.contentType } }),
  };
  const numbers = await listen({
    host: settings.metricsHost,
    port: settings.metricsPort,
    routes: new Map([['/metrics', text], ...opsRoutesOf(settings, parts)]),
    log,
  });
  try {
    const { host, port } = settings;
    return { main: await listen({ host, port, routes, log, onRefused: metrics.httpRefused }), metrics: numbers };
  } catch (error) {
    await numbers.close();
    throw error;
  }
}

function opsRoutesOf(
  { webhookSecret }: Settings,
  { storage, logger, engine }: Parts,
): readonly (readonly [string, Route])[] {
  const log = logPortOver(logger);
  const onDone = (what: string, id: string) => log.notice(`An operator asked to ${what} the dead letter ${id}.`);
  return opsRoutes({ queue: storage.queue, token: opsToken(webhookSecret), mask: engine.mask, onDone });
}

function webhookRoutes(settings: Settings, parts: Parts): [string, Route][] {
  const { clock, logger, engine, metrics, installations, connections } = parts;
  const { store, queue } = parts.storage;
  const take = createIntake({
    store,
    jobs: queue,
    clock,
    log: logPortOver(logger),
    self: engine.self,
    onDelivery: metrics.githubDelivery,
    onInstallationsChanged: installations.forget,
  });
  const onRefused = () => metrics.githubDelivery('any', 'refused');
  const { webhookSecret, oldWebhookSecret = webhookSecret } = settings;
  const github = githubDeliveries({ secrets: [webhookSecret, oldWebhookSecret], take, onRefused });
  const deliveries = { jobs: queue, clock, onDelivery: metrics.rebyteDelivery };
  return [
    ['/api/github/webhooks', github],
    ...[...connections.values()].map((connection): [string, Route] => [
      connection.webhookPath,
      rebyteDeliveries(connection, deliveries),
    ]),
  ];
}

interface Webhooks {
  readonly parts: Parts;
  readonly health: Health;
  readonly publicUrl: string | undefined;
  readonly stopping: AbortSignal;
}

async function lookAfterWebhooks({ parts, health, publicUrl, stopping }: Webhooks): Promise<void> {
  for (const { account, client, webhookPath, webhookSecret: secret } of parts.connections.values()) {
    const log = logPortOver(parts.logger, { account: account === '' ? 'all' : account });
    const state =
      publicUrl === undefined
        ? ({ kind: 'no_public_url', message: 'PUBLIC_URL is not set, so Rebyte cannot call.' } as const)
        : await ensureWebhook(client, { url: `${publicUrl}${webhookPath}`, secret });
    health.webhooks.set(account, state);
    if (state.kind === 'active') log.info(`Rebyte's webhook is ${state.how}: ${publicUrl}${webhookPath}`);
    else log.warning(`${state.message} Until then results are found by asking, a minute or more after they are there.`);
    if (state.kind === 'active' && state.how !== 'found') await closeGap(parts.engine, stopping);
  }
}
