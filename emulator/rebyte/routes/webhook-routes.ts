import { Hono } from 'hono';
import { ApiError } from '../api-error.ts';
import type { Emulator } from '../emulator.ts';
import type { Webhook } from '../records.ts';
import type { CreateWebhookBody } from '../requests.ts';
import { type Env, jsonBody } from './route.ts';

export function webhookRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();
  const { webhooks, contract } = emulator;

  routes.post('/webhooks', async (c) => {
    const body = await contract.body<CreateWebhookBody>({ path: '/webhooks', method: 'post' }, await jsonBody(c));
    const { webhook, created } = webhooks.register(body);
    return c.json(webhookView(webhook), created ? 201 : 200);
  });

  routes.get('/webhooks', (c) => c.json({ data: webhooks.list().map(webhookView) }));

  routes.get('/webhooks/public_key', async (c) => {
    const publicKey = await webhooks.publicKey();
    if (publicKey === undefined) throw new ApiError('not_found', 'the key pair is made with the first webhook');
    return c.json({ publicKey });
  });

  routes.get('/webhooks/:id', (c) => c.json(webhookView(webhooks.find(c.req.param('id')))));

  routes.delete('/webhooks/:id', (c) => {
    webhooks.remove(c.req.param('id'));
    return c.body(null, 204);
  });
  return routes;
}

/** Without the secret, which is never shown again. */
function webhookView(webhook: Webhook): object {
  return {
    id: webhook.id,
    url: webhook.url,
    events: webhook.events,
    description: webhook.description,
    hasSecret: webhook.secret !== null,
    isActive: webhook.isActive,
    createdAt: webhook.createdAt.toISOString(),
    lastTriggeredAt: webhook.lastTriggeredAt?.toISOString() ?? null,
    failureCount: webhook.failureCount,
  };
}
