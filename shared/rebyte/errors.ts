/** Whether a request reached a socket: `no` is proof that the server never saw it, `maybe` is everything else. */
export type Sent = 'no' | 'maybe';

/** The base of everything this client throws on purpose. `cause` keeps what lies beneath. */
export class RebyteError extends Error {
  override name = 'RebyteError';
}

/** An argument the API would refuse, or must not see. Nothing was sent. */
export class ValidationError extends RebyteError {
  override name = 'ValidationError';
  /** The field or option to mend. */
  readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** No complete answer came: refused, unresolved, reset, cut, or the client was closed. */
export class ConnectionError extends RebyteError {
  override name = 'ConnectionError';
  readonly sent: Sent;

  constructor(message: string, options: ErrorOptions & { readonly sent: Sent }) {
    super(message, options);
    this.sent = options.sent;
  }
}

/** One phase of a request took too long: making the connection, waiting for the answer, or a silence within it. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
  readonly phase: 'connect' | 'headers' | 'body';

  constructor(message: string, options: ErrorOptions & { readonly sent: Sent; readonly phase: TimeoutError['phase'] }) {
    super(message, options);
    this.phase = options.phase;
  }
}

/** The caller's signal aborted; `cause` is its reason. What was sent may still take effect on the server. */
export class AbortedError extends RebyteError {
  override name = 'AbortedError';
  readonly sent: Sent;

  constructor(message: string, options: ErrorOptions & { readonly sent: Sent }) {
    super(message, options);
    this.sent = options.sent;
  }
}

/** What an error answer said, and to which request. */
export interface ApiFailure {
  readonly method: string;
  /** Without its query: signed URLs carry their signature there. */
  readonly url: string;
  readonly status: number;
  /** The API's code, also an unknown one; `http_<status>` when somebody else answered, such as a proxy. */
  readonly code: string;
  /** The API's words, or the first line of a body that is not the API's. */
  readonly serverMessage: string;
  readonly requestId?: string | undefined;
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The server answered with an error. Match on `status` and `code`; the subclasses are for `instanceof`. */
export class ApiError extends RebyteError {
  override name = 'ApiError';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly code: string;
  readonly serverMessage: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(failure: ApiFailure) {
    const request = failure.requestId === undefined ? '' : ` (request ${failure.requestId})`;
    super(`${failure.method} ${failure.url}: ${failure.status} ${failure.code}: ${failure.serverMessage}${request}`);
    this.method = failure.method;
    this.url = failure.url;
    this.status = failure.status;
    this.code = failure.code;
    this.serverMessage = failure.serverMessage;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** 401: the key is missing, unknown or expired. */
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError';
}

/** 403: the key lacks a scope, or the executor is disabled for the organization. */
export class ForbiddenError extends ApiError {
  override name = 'ForbiddenError';
}

/** 404: missing, or not visible to this key. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError';
}

/** 429 or 5xx, after the retries: the API, or what stands before it, cannot answer now. */
export class UnavailableError extends ApiError {
  override name = 'UnavailableError';
}

/** A success status with a body that is not what the API promises; a captive portal, for example. */
export class InvalidResponseError extends RebyteError {
  override name = 'InvalidResponseError';
}

/** An Agent Computer that came up as `error`. */
export class ProvisioningError extends RebyteError {
  override name = 'ProvisioningError';
  readonly computerId: string;
  readonly provisionError: string | undefined;

  constructor(computerId: string, provisionError: string | undefined) {
    super(`Agent Computer ${computerId} could not be provisioned: ${provisionError ?? 'no reason given'}`);
    this.computerId = computerId;
    this.provisionError = provisionError;
  }
}

/** The error class for an answer's status. */
export function apiError(failure: ApiFailure): ApiError {
  if (failure.status === 401) return new AuthenticationError(failure);
  if (failure.status === 403) return new ForbiddenError(failure);
  if (failure.status === 404) return new NotFoundError(failure);
  if (failure.status === 429 || failure.status >= 500) return new UnavailableError(failure);
  return new ApiError(failure);
}

/** True when waiting may mend it: the network, a proxy or the server's own trouble, not the request. */
export function isTransient(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof UnavailableError;
}

/**
 * Whether a request that ended with this error may have taken effect. A creating request (`tasks.create`,
 * `prompts.create`, `agentComputers.create`) must then not be repeated before somebody looked.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof AbortedError) return error.sent === 'maybe';
  if (error instanceof ApiError) return error.status >= 500;
  return error instanceof InvalidResponseError;
}
