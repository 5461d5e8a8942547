import type { SettledReason } from '../../model/reason.ts';

const REASON_BY_CODE: Readonly<Record<string, SettledReason>> = {
  missing_api_key: 'invalid_api_key',
  invalid_api_key: 'invalid_api_key',
  insufficient_scopes: 'insufficient_scopes',
  agent_disabled: 'agent_disabled',
  limit_exceeded: 'limit_exceeded',
  not_found: 'not_found',
  computer_failed: 'computer_failed',
};

/** Rebyte's error code in our words; a code that this version does not know was a refusal all the same. */
export function refusalReason(code: string): SettledReason {
  return Object.hasOwn(REASON_BY_CODE, code) ? (REASON_BY_CODE[code] ?? 'rejected') : 'rejected';
}
