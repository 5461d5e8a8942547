import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * What the step has started, kept on disk for the cleanup step: if the process dies (a kill, a lost runner), this is
 * all that is left of it. It holds no secret.
 */
export interface StepState {
  /** `submitting`: the task may exist or not. `running`: it exists. `settled`: nothing is left to do. */
  readonly phase: 'submitting' | 'running' | 'settled';
  readonly runReference: string;
  /** When the intent was recorded, ISO 8601. */
  readonly startedAt: string;
  readonly taskId?: string;
  readonly taskUrl?: string;
  readonly commentId?: number;
  readonly checkRunId?: number;
}

export interface StepStateFile {
  read(): StepState | undefined;
  write(state: StepState): void;
}

/** @param path from the composite's first step; '' (outside the composite) keeps nothing. */
export function openStepState(path: string): StepStateFile {
  return {
    read: () => (path === '' ? undefined : parse(path)),
    write: (state) => {
      if (path === '') return;
      // Written whole or not at all: the cleanup step may read right after a kill.
      writeFileSync(`${path}.new`, JSON.stringify(state));
      renameSync(`${path}.new`, path);
    },
  };
}

function parse(path: string): StepState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isStepState(state) ? state : undefined;
  } catch {
    // No file: the main step never came as far as a task.
    return undefined;
  }
}

function isStepState(value: unknown): value is StepState {
  return typeof value === 'object' && value !== null && 'phase' in value && 'runReference' in value && 'startedAt' in value;
}
