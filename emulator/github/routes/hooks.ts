import { numberIn, textIn, type Api, type ApiContext, type World } from '../api.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { App, Delivery, Hook } from '../state.ts';
import { appOf } from './apps.ts';

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

/** An app's webhook: where it leads, what was delivered, and delivering that once more. */
export function serveHooks(api: Api, world: World): void {
  api.get('/app/hook/config', (c) => c.json(presentConfig(hookOf(appOf(c)))));
  api.patch('/app/hook/config', (c) => {
    const hook = hookOf(appOf(c));
    hook.url = textIn(c.get('body'), 'url') ?? hook.url;
    hook.secret = textIn(c.get('body'), 'secret') ?? hook.secret;
    return c.json(presentConfig(hook));
  });
  api.get('/app/hook/deliveries', (c) => c.json(deliveryPage(c, hookOf(appOf(c))).map(presentItem)));
  api.get('/app/hook/deliveries/:id', (c) => c.json(presentDelivery(openDelivery(c).delivery)));
  api.post('/app/hook/deliveries/:id/attempts', (c) => {
    const { app, delivery } = openDelivery(c);
    if (app.hook?.url === undefined) throw invalidRequest(['The app has no webhook URL']);
    void world.hooks.resend(app, delivery);
    return c.json({}, 202);
  });
}

function hookOf({ hook }: App): Hook {
  if (!hook) throw notFound();
  return hook;
}

function openDelivery(c: ApiContext): { app: App; delivery: Delivery } {
  const app = appOf(c);
  const id = numberIn(c, 'id');
  const delivery = hookOf(app).deliveries.find((one) => one.id === id);
  if (!delivery) throw notFound();
  return { app, delivery };
}

/** Newest first, and by cursor, not by page: new ones arrive while one turns the pages. */
function deliveryPage(c: ApiContext, { deliveries }: Hook): readonly Delivery[] {
  const asked = Number(c.req.query('per_page') ?? DEFAULT_PER_PAGE);
  const size = Math.min(MAX_PER_PAGE, asked > 0 ? asked : DEFAULT_PER_PAGE);
  const cursor = Number(c.req.query('cursor')?.replace(/^v1_/, '') ?? Number.POSITIVE_INFINITY);
  const left = deliveries.toReversed().filter(({ id }) => id < cursor);
  const shown = left.slice(0, size);
  const last = shown.at(-1);
  if (last && left.length > size) {
    const url = new URL(c.req.url);
    url.searchParams.set('cursor', `v1_${last.id}`);
    c.header('link', `<${url.href}>; rel="next"`);
  }
  return shown;
}

function presentConfig({ url, secret }: Hook): JsonObject {
  return { content_type: 'json', insecure_ssl: '0', url: url ?? '', ...(secret !== '' && { secret: '********' }) };
}

/** GitHub's `hook-delivery-item`. */
function presentItem(delivery: Delivery): JsonObject {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** GitHub's `hook-delivery`: with what was said on both sides. */
function presentDelivery(delivery: Delivery): JsonObject {
  return {
    ...presentItem(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.response },
  };
}
