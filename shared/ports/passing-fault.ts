import { AgentUnavailable } from './agent.ts';
import { ForgeError } from './forge-error.ts';

/** GitHub or Rebyte cannot answer now. Nothing is wrong with what was asked of them, and nobody has to mend anything. */
export interface PassingFault {
  /** The least that they ask to be left alone, in milliseconds; 0 when they did not say. */
  readonly retryAfterMs: number;
}

/** The one rule for what passes by itself; undefined for everything else, which somebody may have to mend. */
export function passingFault(error: unknown): PassingFault | undefined {
  const passes = error instanceof AgentUnavailable || (error instanceof ForgeError && error.passes);
  return passes ? { retryAfterMs: error.retryAfterMs ?? 0 } : undefined;
}
