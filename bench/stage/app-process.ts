// The App in a process of its own, from its environment like `npm start`. Started by app-world.ts.
import { readFileSync } from 'node:fs';
import { settingsFrom } from '../../app/settings.ts';
import { startApp } from '../../app/start.ts';
import { announce } from './announce.ts';

const settings = settingsFrom({ environment: process.env, readFile: (path) => readFileSync(path, 'utf8') });
const app = await startApp(settings);
await app.ready;
announce(app.url, () => app.stop());
