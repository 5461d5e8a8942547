import { Hono } from 'hono';
import { ApiError, errorBody } from './api-error.ts';
import type { Emulator } from './emulator.ts';
import { agentComputerRoutes } from './routes/agent-computer-routes.ts';
import { requireApiKey } from './routes/api-key.ts';
import { artifactRoutes } from './routes/artifact-routes.ts';
import { controlRoutes } from './routes/control-routes.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { limitBody, logRequests, strikeFaults } from './routes/middleware.ts';
import { pageRoutes } from './routes/page-routes.ts';
import { refuseForeignHosts, refuseForeignPages, refuseNames } from './routes/refuse-foreign.ts';
import type { Env } from './routes/route.ts';
import { storageRoutes } from './routes/storage-routes.ts';
import { taskRoutes } from './routes/task-routes.ts';
import { webhookRoutes } from './routes/webhook-routes.ts';

/** The largest body the API takes: ten artifacts of 10 MB, and what multipart adds. */
const MAX_BODY_BYTES = 110 * 1024 * 1024;

/** The emulator's routing table. */
export function createApp(emulator: Emulator): Hono<Env> {
  const { settings } = emulator;
  const app = new Hono<Env>();
  app.use(refuseForeignHosts(settings.host), refuseForeignPages());
  app.use('/_emulator/*', refuseNames());
  if (settings.control) app.route('/_emulator', controlRoutes(emulator));
  app.use('/v1/*', logRequests(emulator), strikeFaults(emulator.faults));
  app.use('/storage/*', logRequests(emulator), strikeFaults(emulator.faults));

  const api = new Hono<Env>();
  api.use(requireApiKey(settings.apiKeys), limitBody(MAX_BODY_BYTES));
  for (const routes of [taskRoutes, fileRoutes, agentComputerRoutes, artifactRoutes, webhookRoutes]) {
    api.route('/', routes(emulator));
  }
  app.route('/v1', api);
  app.route('/storage', storageRoutes(emulator));
  app.route('/', pageRoutes(emulator));

  app.notFound((c) => c.json(errorBody('not_found', `no ${c.req.method} ${c.req.path}`), 404));
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json(errorBody(error.code, error.message), error.status);
    settings.log(`${c.req.method} ${c.req.path}: ${error.stack ?? String(error)}`);
    return c.json(errorBody('internal_error', 'the emulator failed; its log says why'), 500);
  });
  return app;
}
