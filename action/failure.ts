import { GitError } from './checkout/git.ts';
import { InputError } from './inputs/input-error.ts';
import { Interrupted, TimeIsUp } from './interruption.ts';
import { Refusal } from './refusal.ts';
import type { ReasonCode } from '../shared/model/reason.ts';
import { ForgeError } from '../shared/ports/forge-error.ts';
import { AbortedError, ApiError, ProvisioningError, RebyteError, ValidationError } from '../shared/rebyte/index.ts';
import { messageOf } from '../shared/model/message-of.ts';

/** Why a run ended early: the code for machines, the sentence for people. */
export interface Failure {
  readonly reason: ReasonCode;
  readonly message: string;
  /** What to do next, where the reason's own words do not fit; '' where the message says it. */
  readonly remedy?: string;
}

const REASON_BY_CODE: Readonly<Record<string, ReasonCode>> = {
  missing_api_key: 'invalid_api_key',
  invalid_api_key: 'invalid_api_key',
  insufficient_scopes: 'insufficient_scopes',
  agent_disabled: 'agent_disabled',
  limit_exceeded: 'limit_exceeded',
  validation_error: 'rejected',
  not_found: 'not_found',
};

/** Turns whatever was thrown into an ending of the closed list. Nothing else decides this. */
export function failureOf(error: unknown): Failure {
  // Which request an abort happened to meet says nothing; why it came does.
  const told: unknown = error instanceof AbortedError ? error.cause : error;
  const message = messageOf(told);
  const remedy = remedyOf(error);
  return { reason: reasonOf(error), message, ...(remedy === undefined ? {} : { remedy }) };
}

function remedyOf(error: unknown): string | undefined {
  // An input's message names the input and what it may be.
  if (error instanceof InputError) return '';
  return error instanceof Refusal ? error.remedy : undefined;
}

function reasonOf(error: unknown): ReasonCode {
  if (error instanceof Refusal) return error.reason;
  if (error instanceof InputError || error instanceof ValidationError) return 'invalid_input';
  if (error instanceof Interrupted) return 'interrupted';
  if (error instanceof TimeIsUp) return 'timed_out_canceled';
  if (error instanceof AbortedError) return reasonOf(error.cause);
  if (error instanceof ForgeError) return 'github_failed';
  if (error instanceof GitError) return 'changes_failed';
  if (error instanceof ProvisioningError) return 'computer_failed';
  if (error instanceof ApiError) return reasonOfApiError(error);
  if (error instanceof RebyteError) return 'unavailable';
  return isSystemError(error) ? 'runner_failed' : 'internal_error';
}

/** Node's own for a call that the operating system refused: a full disk, a folder that may not be written. */
function isSystemError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
}

function reasonOfApiError(error: ApiError): ReasonCode {
  const known = REASON_BY_CODE[error.code];
  if (known !== undefined) return known;
  return error.status >= 500 || error.status === 429 ? 'unavailable' : 'rejected';
}
