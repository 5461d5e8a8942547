import type { WorkQueue } from '../shared/ports/jobs.ts';
import type { Route } from './http/http-server.ts';
import type { WebhookState } from './rebyte/ensure-webhook.ts';

/** What the App knows of itself; written by start.ts as things happen. */
export interface Health {
  phase: 'starting' | 'running' | 'stopping';
  /** By account. Undefined while it is not known yet. */
  readonly webhooks: Map<string, WebhookState | undefined>;
}

/** `/healthz` says that the process answers, `/readyz` whether it should get work, and why not. Neither tells names. */
export function healthRoutes(health: Health, queue: Pick<WorkQueue, 'depth'>): readonly (readonly [string, Route])[] {
  return [
    ['/healthz', { method: 'GET', handle: () => ({ status: 200, body: 'ok\n' }) }],
    [
      '/readyz',
      {
        method: 'GET',
        handle: async () => {
          const webhooks = [...health.webhooks.values()].map((state) => state?.kind ?? 'unknown');
          const ready = health.phase === 'running' && !webhooks.includes('unknown');
          return {
            status: ready ? 200 : 503,
            body: { ready, phase: health.phase, webhooks, jobs: await queue.depth() },
          };
        },
      },
    ],
  ];
}
