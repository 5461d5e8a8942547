import { Pool, types, type ClientConfig } from 'pg';
import type { LogPort } from '../../shared/ports/log.ts';

/** A claim, a sweep and the requests of a busy replica fit; PostgreSQL allows 100 in all by default. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Locks of a machine that lost its power in a transaction are given up by the server after this. */
const IDLE_IN_TRANSACTION_MS = 15_000;
const KEEP_ALIVE_DELAY_MS = 10_000;
/** PostgreSQL's number for the type `bigint`, which the driver gives as text otherwise. */
const BIGINT: number = types.builtins.INT8;

/** How every connection is made; the listener's too. */
export function connectionOptions(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'rebyte-for-github',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: { getTypeParser },
  };
}

/** Connections to PostgreSQL, made when they are needed. @param url `postgres://user:password@host:port/database` */
export function createPool(url: string, log: LogPort): Pool {
  const pool = new Pool({ ...connectionOptions(url), max: MAX_CONNECTIONS });
  const tell = (error: Error): void => {
    log.debug(`A connection to PostgreSQL broke: ${error.message}`);
  };
  // The pool listens to connections that nobody uses, and nobody to one that is in use: unheard, its end would end the process.
  pool.on('error', tell);
  pool.on('connect', (client) => {
    client.on('error', tell);
  });
  return pool;
}

/** The database as messages name it: host and name, never the password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Ours are moments, counters and keys: all far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return oid === BIGINT ? Number : types.getTypeParser(oid, format === 'binary' ? 'text' : format);
}
