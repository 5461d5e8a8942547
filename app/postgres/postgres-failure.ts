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
  const { code, message, errors } = partsOf(error);
  if (errors.length > 0) return errors.some(isAway);
  return NETWORK_CODES.has(code) || PASSING_STATES.test(code) || DRIVER_MESSAGES.test(message);
}

/** Two transactions stood in each other's way and this one was rolled back: a serialization failure or a deadlock. */
export function isCollision(error: unknown): boolean {
  return ['40001', '40P01'].includes(partsOf(error).code);
}

/** A {@link StorageUnavailable} when the database is away, else the error itself. @param place as messages name the database */
export function asStorageError(error: unknown, place: string): unknown {
  if (!isAway(error)) return error;
  const { errors, message } = partsOf(error);
  const why = errors.length > 0 ? partsOf(errors[0]).message : message;
  return new StorageUnavailable(
    `PostgreSQL at ${place} cannot be used just now: ${why}. Look whether it runs, has room and lets this host in; the work is tried again.`,
    { cause: error },
  );
}

interface ErrorParts {
  /** Empty when there is none. */
  readonly code: string;
  readonly message: string;
  /** What was tried, when a name stands for several addresses. */
  readonly errors: readonly unknown[];
}

function partsOf(error: unknown): ErrorParts {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error), errors: [] };
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    message: 'message' in error ? String(error.message) : '',
    errors: 'errors' in error && Array.isArray(error.errors) ? error.errors : [],
  };
}
