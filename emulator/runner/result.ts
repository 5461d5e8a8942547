import type { Annotation } from './step-output.ts';
import type { WorkflowCommand } from './workflow-command.ts';

export interface StepResult {
  /** The step's `id`, '' when it has none. */
  readonly id: string;
  readonly name: string;
  /** What happened. */
  readonly outcome: 'success' | 'failure' | 'cancelled' | 'skipped';
  /** What counts, after `continue-on-error`. */
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
  /** Undefined when no process ran. */
  readonly exitCode?: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** As GitHub shows it: masked, commands turned into `##[…]` lines. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  /** Workflow commands in the output that took effect. */
  readonly commands: readonly WorkflowCommand[];
}

export interface ActionResult {
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  /** The job summary in Markdown, masked. */
  readonly summary: string;
  /** Everything the log shows, masked. */
  readonly log: string;
  /** Variables that GITHUB_ENV set for later steps. */
  readonly env: Readonly<Record<string, string>>;
  /** Every value masked in the log. */
  readonly masks: readonly string[];
}
