import { StorageUnavailable } from '../sql/storage-error.ts';

/** Node's codes of a connection that could not be made or that broke. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Classes and codes of PostgreSQL (its documentation, appendix A) that pass without a change of ours: connection
 * exceptions, insufficient resources such as a full disk, the server stopping or starting, a standby that takes no writes,
 * errors of the machine.
 */
const PASSING_STATES = /^(08|53|58|57P0[1235]|25006)/;

/** What the driver throws without a code. */
const DRIVER_MESSAGES =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable|Client was closed/i;

/** The database is away or cannot work just now; the same work may succeed later. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAway);
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return NETWORK_CODES.has(code) || PASSING_STATES.test(code) || DRIVER_MESSAGES.test(error.message);
}

/** Two transactions stood in each other's way and this one was rolled back: a serialization failure or a deadlock. */
export function isCollision(error: unknown): boolean {
  return error instanceof Error && ['40001', '40P01'].includes(codeOf(error));
}

/** A {@link StorageUnavailable} when the database is away, else the error itself. @param place as messages name the database */
export function asStorageError(error: unknown, place: string): unknown {
  if (!isAway(error)) return error;
  const why = error instanceof AggregateError ? String(error.errors[0]) : String(error);
  return new StorageUnavailable(
    `PostgreSQL at ${place} cannot be used just now: ${why}. Look whether it runs, has room and lets this host in; the work is tried again.`,
    { cause: error },
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
