import { expect, test } from '@jest/globals';
import { AgentRefusal, AgentUnavailable, SubmissionInDoubt } from '../../../shared/ports/agent.ts';
import { ForgeError, WriteInDoubtError } from '../../../shared/ports/forge-error.ts';
import { passingFault } from '../../../shared/ports/passing-fault.ts';

const CALL = { method: 'GET', path: '/x' };

test.each([
  ['GitHub that gives no answer', new ForgeError('', CALL), 0],
  ['GitHub with 502', new ForgeError('', { ...CALL, status: 502 }), 0],
  ['GitHub with 429', new ForgeError('', { ...CALL, status: 429 }), 0],
  ['a 403 for a limit', new ForgeError('', { ...CALL, status: 403, passes: true, retryAfterMs: 90 }), 90],
  ['a write whose answer got lost', new WriteInDoubtError('', CALL), 0],
  ['Rebyte that is away', new AgentUnavailable(''), 0],
  ['Rebyte that asks for time', new AgentUnavailable('', { retryAfterMs: 80 }), 80],
])('%s passes by itself', (_name, error, retryAfterMs) => {
  expect(passingFault(error)).toEqual({ retryAfterMs });
});

test.each([
  ...[200, 304, 400, 401, 403, 404, 410, 422].map(
    (status) => new ForgeError(`GitHub's ${status}`, { ...CALL, status }),
  ),
  new ForgeError('what was never sent', { ...CALL, passes: false }),
  new AgentRefusal('agent_disabled', "Rebyte's refusal"),
  new SubmissionInDoubt('a task in doubt'),
  new TypeError('a defect'),
  'what is no error',
])('%s does not', (error) => {
  expect(passingFault(error)).toBeUndefined();
});
