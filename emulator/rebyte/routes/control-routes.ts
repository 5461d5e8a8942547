import { Hono } from 'hono';
import type { Emulator } from '../emulator.ts';
import { faultsIn } from '../faults.ts';
import { type Env, jsonBody } from './route.ts';

/** `/_emulator/…`: faults to come and requests that were. Only mounted when asked for. */
export function controlRoutes({ faults, requests }: Emulator): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/faults', async (c) => {
    const body = await jsonBody(c);
    faults.add(...faultsIn(body));
    return c.json({ faults: faults.list() }, 201);
  });
  routes.get('/faults', (c) => c.json({ faults: faults.list() }));
  routes.delete('/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  routes.get('/requests', (c) => c.json({ requests: requests.list() }));
  routes.delete('/requests', (c) => {
    requests.clear();
    return c.body(null, 204);
  });
  return routes;
}
