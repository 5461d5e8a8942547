import { randomUUID } from 'node:crypto';
import type { World } from '../api.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { reaches } from '../installed.ts';
import { timestamp, type App, type Delivery, type Hook } from '../state.ts';
import type { Event, Hooks } from './hooks.ts';
import { installationPayload, payloadOf } from './payload.ts';
import { post } from './post.ts';

export interface HooksOptions {
  /** Told of every payload of ours before it is sent. */
  readonly onPayload?: (event: string, payload: JsonObject) => void;
  readonly log: (line: string) => void;
}

export function createHooks(world: () => World, { onPayload, log }: HooksOptions): Hooks {
  const stop = new AbortController();
  const lastOf = new Map<App, Promise<unknown>>();
  const send = (app: App, event: Event): Promise<Delivery> => {
    const { hook } = app;
    if (hook?.url === undefined) {
      return Promise.reject(new Error(`The app ${app.slug} has no webhook URL. Name one with setWebhookUrl.`));
    }
    const { url } = hook;
    const delivered = (lastOf.get(app) ?? Promise.resolve()).then(async () => {
      const { guid = randomUUID(), redelivery = false, payload } = event;
      const deliveredAt = timestamp();
      const outcome = await post({ app, hook, url, guid, payload, event: event.event }, stop.signal);
      const id = world().state.nextId();
      const delivery = { id, guid, redelivery, deliveredAt, url, ...subjectOf(event), ...outcome };
      hook.deliveries.push(delivery);
      log(`webhook ${app.slug} ${delivery.event} ${delivery.action ?? ''} ${delivery.status}`);
      return delivery;
    });
    lastOf.set(app, delivered);
    return delivered;
  };
  /** Nobody waits for these; `post` never rejects, and a hook without a URL wants nothing. */
  const sendOwn = (app: App, event: string, payload: JsonObject): void => {
    onPayload?.(event, payload);
    void send(app, { event, payload });
  };
  const idle = async (): Promise<void> => {
    const last = [...lastOf.values()];
    await Promise.all(last);
    if ([...lastOf.values()].some((one) => !last.includes(one))) await idle();
  };
  return {
    announce: (happening) => {
      for (const installation of world().state.installations.values()) {
        const { app } = installation;
        if (!wants(app.hook, happening.event) || !reaches(installation, happening.repository)) continue;
        sendOwn(app, happening.event, payloadOf(world(), installation, happening));
      }
    },
    announceInstallation: (installation, action, about) => {
      const { app } = installation;
      // Every app hears of its own installations, subscribed or not.
      if (app.hook?.url === undefined) return;
      sendOwn(app, 'installation', installationPayload(world(), installation, { action, ...about }));
    },
    send,
    resend: (app, { event, payload, guid }) => send(app, { event, payload, guid, redelivery: true }),
    idle,
    close: () => {
      stop.abort();
      return idle();
    },
  };
}

function wants(hook: Hook | undefined, event: string): boolean {
  return hook?.url !== undefined && hook.events.includes(event);
}

/** What a delivery is listed with, as its payload has it. */
function subjectOf({
  event,
  payload,
}: Event): Pick<Delivery, 'event' | 'action' | 'payload' | 'installationId' | 'repositoryId'> {
  const idOf = (value: unknown) => (isObject(value) && typeof value.id === 'number' ? value.id : null);
  return {
    event,
    payload,
    action: typeof payload.action === 'string' ? payload.action : null,
    installationId: idOf(payload.installation),
    repositoryId: idOf(payload.repository),
  };
}
