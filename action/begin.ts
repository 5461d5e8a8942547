import type { Environment } from './environment.ts';
import { readEvent, type WorkflowEvent } from './event.ts';
import { type ActionInputs, parseInputs } from './inputs/parse-inputs.ts';
import { type Interruption, listenForInterruption } from './interruption.ts';
import { chooseTarget, type Target } from './plan/target.ts';

/** What a step knows before it does anything. */
export type Beginning = {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly event: WorkflowEvent;
} & (
  | { readonly inputs: ActionInputs; readonly interruption: Interruption; readonly target: Promise<Target> }
  | { readonly inputs: undefined; readonly error: unknown }
);

/** Reads the inputs and sends git off to look at the workspace, which the connection to Rebyte need not wait for. */
export function begin(environment: Environment): Beginning {
  const startedAt = Date.now();
  const event = readEvent(environment);
  try {
    const inputs = parseInputs(environment.inputsJson);
    // First of all: whoever sees git at work may already cancel the step.
    const interruption = listenForInterruption(process, inputs.timeoutMs);
    const target = chooseTarget(inputs, environment, event);
    // Refused for another reason, the step never asks; whoever does ask hears what went wrong.
    target.catch(() => undefined);
    return { startedAt, event, inputs, interruption, target };
  } catch (error) {
    return { startedAt, event, inputs: undefined, error };
  }
}
