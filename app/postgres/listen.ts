import { Client } from 'pg';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { connectionOptions } from './pool.ts';

const RECONNECT_MS = 1_000;

export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  readonly clock: ClockPort;
  readonly log: LogPort;
  readonly onMessage: (payload: string) => void;
  /** After every connection: what was said before it was missed. */
  readonly onConnect: () => void;
}

/**
 * Hears what is notified on a channel, on a connection of its own that is made again whenever it breaks. Messages only save
 * waiting: whoever listens also looks from time to time. Resolves after the first attempt, also when it failed.
 */
export async function listen(options: ListenOptions): Promise<{ close(): Promise<void> }> {
  const stop = new AbortController();
  let attempted: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    attempted = resolve;
  });
  const listening = keepListening(options, stop.signal, () => {
    attempted();
  });
  await first;
  return {
    close: async () => {
      stop.abort();
      await listening;
    },
  };
}

async function keepListening(options: ListenOptions, signal: AbortSignal, onAttempt: () => void): Promise<void> {
  const { clock, log } = options;
  while (!signal.aborted) {
    try {
      await listenOnce(options, signal, onAttempt);
    } catch (error) {
      onAttempt();
      log.warning(`PostgreSQL's notifications cannot be heard, so jobs start a little later: ${String(error)}`);
    }
    // The only rejection is the end.
    await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

/** Resolves at the end, rejects when the connection breaks. */
async function listenOnce(options: ListenOptions, signal: AbortSignal, onConnect: () => void): Promise<void> {
  const client = new Client(connectionOptions(options.url));
  const ended = new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('end', () => {
      reject(new Error('the connection ended'));
    });
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  // It may break while the lines below wait for something else.
  ended.catch(() => undefined);
  try {
    client.on('notification', ({ payload = '' }) => {
      options.onMessage(payload);
    });
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(options.channel)}`);
    onConnect();
    options.onConnect();
    await ended;
  } finally {
    await client.end().catch(() => undefined);
  }
}
