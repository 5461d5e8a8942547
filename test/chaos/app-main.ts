// The App as one process, with real settings and real HTTP, that dies where it is told to. Told by the messages of
// app-process.ts; its log goes to standard output.
import { env } from 'node:process';
import { settingsFrom } from '../../app/settings.ts';
import { startApp } from '../../app/start.ts';
import type { AttachmentsPort } from '../../shared/ports/attachments.ts';
import { TestClock } from '../app/end-to-end/test-clock.ts';
import { Crasher } from './crasher.ts';
import type { Order } from './order.ts';

const crasher = new Crasher(env['CHAOS_REACHED'] ?? '');
const clock = new TestClock();
clock.advance(Number(env['CHAOS_AHEAD_MS'] ?? 0));

process.on('message', (order: Order) => {
  if (order.kind === 'arm') crasher.arm(order.point, order.nth);
  else if (order.kind === 'disarm') crasher.disarm();
  else clock.advance(order.ms);
});
// Whoever started it is gone, and with it GitHub and Rebyte.
process.on('disconnect', () => process.exit(0));

/** GitHub's hosts for attachments are not on this machine. */
const attachments: AttachmentsPort = {
  fetch: async (url) => await Promise.resolve({ filename: 'log.txt', bytes: Buffer.from(`What stands at ${url}`) }),
};

const settings = settingsFrom({
  environment: env,
  readFile: (path) => {
    throw new Error(`The settings name no file, and ${path} was asked for.`);
  },
});
const app = await startApp(settings, {
  clock,
  intervals: { sweepMs: 2_000, schedulesMs: 2_000, redeliverMs: 5_000, pruneMs: 10_000, webhooksMs: 5_000 },
  around: (parts) => crasher.around({ ...parts, engine: { ...parts.engine, attachments } }),
});
process.send?.({ url: app.url, metricsUrl: app.metricsUrl });
