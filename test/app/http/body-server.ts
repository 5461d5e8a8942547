// Takes GitHub's deliveries as the App does, with room for 64 MiB of bodies and 60 connections. Says its address, then, for
// each `GET /peak`, the most memory that it had so far, in bytes.
import { githubDeliveries } from '../../../app/github/deliveries.ts';
import { BodyBudget } from '../../../app/http/body-budget.ts';
import { listen } from '../../../app/http/http-server.ts';
import { keepingLog } from '../../support/keeping-log.ts';

const [secret = ''] = process.argv.slice(2);
const budget = new BodyBudget(64 * 1024 * 1024);
const take = () => Promise.resolve();
const { url } = await listen({
  host: '127.0.0.1',
  port: 0,
  maxConnections: 60,
  log: keepingLog(),
  routes: new Map([
    ['/hook', githubDeliveries({ secrets: [secret], take, onRefused: () => undefined, budget })],
    ['/peak', { method: 'GET', handle: () => ({ status: 200, body: String(process.resourceUsage().maxRSS * 1024) }) }],
  ]),
});
process.stdout.write(`${url}\n`);
