import { StorageUnavailable, StorageUnusable } from '../sql/storage-error.ts';

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

/** What waiting does not mend, by code, and what does. The codes that are words are Node's and OpenSSL's. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'Give a user and a password that this server knows in DATABASE_URL, percent-encoded.'],
  [/^3D000$/, 'Create the database, or name one that exists in DATABASE_URL.'],
  [/^42501$/, 'Let the user of DATABASE_URL own the database, or create tables in it.'],
  [
    /^(?:ENOENT|EACCES|EISDIR)$/,
    'Name a file that the App may read as sslrootcert, sslcert and sslkey in DATABASE_URL.',
  ],
  [
    /CERT|SIGNATURE|^ERR_TLS/,
    "Name the server in DATABASE_URL as its certificate does, and give the authority's certificate with &sslrootcert=/path/ca.pem.",
  ],
];
const NO_TLS = /server does not support SSL/i;

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

/**
 * A {@link StorageUnavailable} when the database is away, a {@link StorageUnusable} when a setting keeps us out, else the error
 * itself.
 *
 * @param place as messages name the database
 * @param then what happens once it is back. Default: a running App tries again.
 */
export function asStorageError(error: unknown, place: string, then = 'The work is tried again.'): unknown {
  const { errors } = partsOf(error);
  const { code, message } = partsOf(errors[0] ?? error);
  if (isAway(error))
    return new StorageUnavailable(
      `PostgreSQL at ${place} cannot be used just now: ${message}. Look whether it runs, has room and lets this host in. ${then}`,
      { cause: error },
    );
  const remedy = NO_TLS.test(message)
    ? 'Switch TLS on there, or leave sslmode out of DATABASE_URL.'
    : REMEDIES.find(([codes]) => codes.test(code))?.[1];
  if (remedy === undefined) return error;
  return new StorageUnusable(`PostgreSQL at ${place} does not let the App in: ${message}. ${remedy}`, { cause: error });
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
