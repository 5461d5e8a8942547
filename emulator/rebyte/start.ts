import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { createContract } from './contract.ts';
import { type Emulator, inBackground } from './emulator.ts';
import { demoScript } from './executors/demo.ts';
import { Faults } from './faults.ts';
import { type RebyteOptions, type Settings, settingsFrom } from './options.ts';
import { RequestLog } from './request-log.ts';
import { cancelTask } from './tasks.ts';
import { createUrlSigner } from './url-signer.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** As load balancers have it. With Node's 5 s a client that is slow for a moment meets a connection that is just closing. */
const SERVER = { keepAliveTimeout: 75_000 };

/** The control surface for whoever started the emulator in their own process. */
export interface RebyteControl {
  readonly faults: Faults;
  readonly requests: RequestLog;
}

/** A running emulator. */
export interface Rebyte {
  /** What clients take as base URL: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Where workspaces live. */
  readonly directory: string;
  readonly control: RebyteControl;
  /** Prepares what the first task would wait for: validator, API description, demo agent. Some 200 ms of work. */
  warm(): Promise<void>;
  /** Stops every agent and what it started, closes all connections, removes the temp folder. Can be called twice. */
  close(): Promise<void>;
}

/** Starts Rebyte on localhost; resolves when it listens. Rejects when the port is taken. */
export async function startRebyte(options: RebyteOptions = {}): Promise<Rebyte> {
  const temporary = options.directory === undefined;
  const directory = temporary ? await mkdtemp(join(tmpdir(), 'rebyte-')) : resolve(options.directory);
  await mkdir(directory, { recursive: true });
  try {
    return await serve(emulatorWith(settingsFrom(options, directory)), temporary);
  } catch (error) {
    if (temporary) await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function serve(emulator: Emulator, temporary: boolean): Promise<Rebyte> {
  const { directory } = emulator.settings;
  // The emulator is somebody else's guest: its own Request and Response stay out of the globals.
  const listener = getRequestListener(createApp(emulator).fetch, { overrideGlobalObjects: false });
  const server = createServer(SERVER, (request, response) => void listener(request, response));
  emulator.origin = await listen(server, emulator.settings);
  let closing: Promise<void> | undefined;
  return {
    url: `${emulator.origin}/v1`,
    origin: emulator.origin,
    directory,
    control: { faults: emulator.faults, requests: emulator.requests },
    warm: async () => {
      const work = Promise.all([emulator.contract.warm(), demoScript(directory)]);
      inBackground(emulator, 'warm', work); // It writes into the folder that close() removes.
      await work;
    },
    close: () => (closing ??= shutDown(emulator, server, temporary)),
  };
}

function emulatorWith(settings: Settings): Emulator {
  const faults = new Faults();
  const { log, timings } = settings;
  return {
    settings,
    origin: '',
    contract: createContract(log),
    signer: createUrlSigner(),
    faults,
    requests: new RequestLog(),
    webhooks: new Webhooks({ timeoutMs: timings.webhookTimeoutMs, faults, log }),
    tasks: new Map(),
    computers: new Map(),
    workspaces: new Map(),
    files: new Map(),
    closing: new AbortController(),
    background: new Set(),
  };
}

function listen(server: Server, { host, port }: Settings): Promise<string> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return fail(new Error('not listening on TCP'));
      const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
      return done(`http://${name}:${address.port}`);
    });
  });
}

async function shutDown(emulator: Emulator, server: Server, temporary: boolean): Promise<void> {
  const closed = new Promise<void>((done) => {
    server.close(() => done());
  });
  emulator.closing.abort();
  await Promise.all([...emulator.tasks.values()].map((task) => cancelTask(task)));
  await Promise.all(emulator.background);
  await emulator.webhooks.close();
  server.closeAllConnections();
  await closed;
  if (temporary) await rm(emulator.settings.directory, { recursive: true, force: true, maxRetries: 5 });
}
