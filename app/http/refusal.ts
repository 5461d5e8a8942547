import { HttpProblem } from './answer.ts';

/** Why a request was not served, as a label of few values. */
export const REFUSALS = [
  'bad_signature',
  'budget',
  'connection_limit',
  'cut_off',
  'failed',
  'malformed',
  'not_found',
  'timeout',
  'too_large',
  'unavailable',
  'wrong_content_type',
  'wrong_method',
] as const;
export type Refusal = (typeof REFUSALS)[number];

const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [400, 'malformed'],
  [401, 'bad_signature'],
  [404, 'not_found'],
  [405, 'wrong_method'],
  [408, 'timeout'],
  [413, 'too_large'],
  [415, 'wrong_content_type'],
  [431, 'too_large'],
  [503, 'unavailable'],
]);

/** A body of which nobody waits for the rest: we make room, or its sender has hung up. */
export class BodyCut extends HttpProblem {
  readonly refusal: 'budget' | 'cut_off';

  constructor(refusal: 'budget' | 'cut_off', problem: HttpProblem) {
    super(problem.status, problem.message, problem.headers);
    this.refusal = refusal;
  }
}

/** What a request ended with, as a label. What is no HttpProblem went wrong inside. */
export function refusalOf(problem: HttpProblem): Refusal {
  return problem instanceof BodyCut ? problem.refusal : (BY_STATUS.get(problem.status) ?? 'failed');
}
