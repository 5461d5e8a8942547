import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ReasonCode } from '../shared/model/reason.ts';

/**
 * What the step has started, kept on disk for the cleanup step: if the process dies (a kill, a lost runner), this is
 * all that is left of it. It holds no secret.
 */
export interface StepState {
  /**
   * `preparing`: no task was asked for yet. `submitting`: it may exist or not. `running`: it exists. `settled`: nothing
   * is left to do.
   */
  readonly phase: 'preparing' | 'submitting' | 'running' | 'settled';
  readonly runReference: string;
  /** The commit that reports are about. */
  readonly headSha?: string;
  /** When the intent was recorded, ISO 8601. */
  readonly startedAt: string;
  readonly taskId?: string;
  readonly taskUrl?: string;
  readonly workspaceId?: string;
  /** A report on GitHub says that the run is on its way; somebody has to say how it ended. */
  readonly announced?: boolean;
  /** What the step itself said at its end, when it could not make sure that no task is left. */
  readonly told?: { readonly reason: ReasonCode; readonly interrupted: boolean };
  readonly checkRunId?: number;
}

export interface StepStateFile {
  read(): StepState | undefined;
  /** Starts it anew. */
  write(state: StepState): void;
  /** Changes some of it; nothing when nothing was written yet. */
  update(changes: Partial<StepState>): void;
}

/** @param path from the composite's first step; '' (outside the composite) keeps nothing. */
export function openStepState(path: string): StepStateFile {
  const read = (): StepState | undefined => (path === '' ? undefined : parse(path));
  const write = (state: StepState): void => {
    if (path === '') return;
    // Written whole or not at all: the cleanup step may read right after a kill.
    writeFileSync(`${path}.new`, JSON.stringify(state));
    renameSync(`${path}.new`, path);
  };
  return {
    read,
    write,
    update: (changes) => {
      const state = read();
      if (state !== undefined) write({ ...state, ...changes });
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
  return (
    typeof value === 'object' && value !== null && 'phase' in value && 'runReference' in value && 'startedAt' in value
  );
}
