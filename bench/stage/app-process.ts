// The App in a process of its own, from its environment like `npm start`. Started by app-world.ts.
import { readFileSync } from 'node:fs';
import { settingsFrom } from '../../app/settings.ts';
import { startApp } from '../../app/start.ts';
import { DEFAULT_INTERVALS } from '../../app/timers.ts';
import { announce } from './announce.ts';

const settings = settingsFrom({ environment: process.env, readFile: (path) => readFileSync(path, 'utf8') });
/** Real ones are half a minute apart. */
const sweepMs = Number(process.env['BENCH_SWEEP_MS'] ?? DEFAULT_INTERVALS.sweepMs);
const app = await startApp(settings, { intervals: { sweepMs } });
await app.ready;
announce(app.url, () => app.stop());
