import { Agent, request } from 'node:http';
import { githubDeliveries } from '../../app/github/deliveries.ts';
import { listen } from '../../app/http/http-server.ts';
import { rebyteDeliveries } from '../../app/rebyte/deliveries.ts';
import { agentOver } from '../../app/rebyte/agent.ts';
import { webhookKeys } from '../../app/rebyte/webhook-keys.ts';
import { RebyteClient } from '../../shared/rebyte/index.ts';
import { NOW, publicKeys, SECRET, type Sent } from './forgeries.ts';
import { keepingLog } from './keeping-log.ts';

/** The App's own server, where deliveries arrive over HTTP: GitHub's at `/github`, Rebyte's at `/rebyte`. */
export interface ForgeryTarget {
  /** The answer's status. Every other header's name is sent in capitals: it has no case. */
  statusOf(path: string, sent: Sent): Promise<number>;
  /** How many deliveries were let in. */
  taken(): number;
  close(): Promise<void>;
}

/** @param connections that are kept open; 1 is for who looks at the time of each. Default 8. */
export async function openForgeryTarget({ connections = 8 } = {}): Promise<ForgeryTarget> {
  let taken = 0;
  const clock = { now: () => NOW, steady: () => NOW, sleep: () => Promise.resolve() };
  const client = new RebyteClient({ apiKey: 'rbk_one' });
  const connection = {
    account: 'acme',
    client,
    agent: agentOver(client, { mask: (text) => text }),
    webhookPath: '/rebyte',
    webhookSecret: SECRET,
    keys: webhookKeys(() => Promise.resolve(publicKeys), clock),
  };
  const take = () => Promise.resolve(void (taken += 1));
  const jobs = { add: () => Promise.resolve((taken += 1) > 0) };
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    log: keepingLog(),
    routes: new Map([
      ['/github', githubDeliveries({ secrets: [SECRET], take, onRefused: () => undefined })],
      ['/rebyte', rebyteDeliveries(connection, { jobs, clock, onDelivery: () => undefined })],
    ]),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    statusOf: async (path, { body, headers }) => {
      const all = {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': 'one',
        ...headers,
      };
      const named = Object.entries(all).map(([name, value], index) => [
        index % 2 === 0 ? name.toUpperCase() : name,
        value,
      ]);
      return await new Promise((resolve, reject) => {
        const sending = request(`${server.url}${path}`, { method: 'POST', agent, headers: Object.fromEntries(named) });
        sending.once('response', (response) => response.resume().once('end', () => resolve(response.statusCode ?? 0)));
        sending.once('error', reject).end(body);
      });
    },
    taken: () => taken,
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
}
