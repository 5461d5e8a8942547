import type { Command } from './command.ts';
import type { SettledReason } from './reason.ts';
import type { ArtifactLink } from './report.ts';
import type { SettledStatus } from './run.ts';
import type { Trigger } from './trigger.ts';

/** How far a run has come. Only forward, and `settled` is the end. */
export const RUN_STATES = ['received', 'acknowledged', 'submitting', 'running', 'settled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How a run ended. */
export interface RunEnding {
  readonly status: SettledStatus;
  readonly reason: SettledReason;
  readonly message: string;
  /** The agent's final text. Hostile. */
  readonly result?: string;
  readonly resultSource?: string;
  readonly artifacts?: readonly ArtifactLink[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the run shows on GitHub, so that it is written again and never twice. */
export interface RunReport {
  readonly commentId?: number;
  readonly commentUrl?: string;
  readonly checkRunId?: number;
  /** Set before the check run is created, as `attemptedAt` is for the comment. */
  readonly checkAttemptedAt?: number;
  /** As `missedAt` is for the comment. */
  readonly checkMissedAt?: number;
  /**
   * Set before the comment is created, to this moment in milliseconds since the epoch: once set, it may exist although its
   * id is not known. Gone when the id is known, but for runs of earlier versions.
   */
  readonly attemptedAt?: number;
  /** When a comment whose id is not known was first looked for, and was not there. */
  readonly missedAt?: number;
  /** What the last finished write showed: a state, or the ending. */
  readonly shown?: string;
}

/** What is written down before a prompt leaves, so that it can be looked for and is never sent twice. */
export interface Submission {
  /** `sending`: the request may have left. `not_sent`: it is known that it did not. */
  readonly phase: 'sending' | 'not_sent';
  /** The task that a follow-up goes to; undefined for a new task. */
  readonly taskId?: string;
  /** Prompts that this task had before. */
  readonly promptIds?: readonly string[];
  /** What lay in a workspace that was there before; the rest is what the run made. */
  readonly oldArtifacts?: readonly ArtifactLink[];
  /** Who may see a new task; set once it exists. */
  readonly visibility?: 'private' | 'shared' | 'public';
  /** How often it was looked for after its answer got lost. */
  readonly looks: number;
}

/** Our own decision to end a run, written down before Rebyte is told. */
export interface Stopping {
  readonly reason: SettledReason;
  readonly message: string;
}

/**
 * Looks that brought nothing, one after the other, past a run's deadline or for its task in doubt: Rebyte could not be asked,
 * or would not cancel.
 */
export interface VainLooks {
  /** When the first of them was, in milliseconds since the epoch. */
  readonly since: number;
  /** How many there were; 0 when the last look was not in vain. */
  readonly looks: number;
}

/** The text that a command was taken from, exactly as GitHub delivered it: what stands there later may be another. */
export interface CommandSource {
  /** Web address. */
  readonly url: string;
  /** SHA-256 of the text's UTF-8, 64 hex digits. */
  readonly sha256: string;
}

/** Our record of one prompt sent for one trigger. */
export interface RunRecord {
  readonly id: string;
  readonly trigger: Trigger;
  readonly command: Command;
  /** Role of the sender at receipt. */
  readonly permission: string;
  /** Of a retry, that of what is tried again. Undefined for labels, schedules, and runs of earlier versions. */
  readonly source?: CommandSource;
  /** Commit of the pull request that the sender saw: the reviewed one, else the head at receipt. */
  readonly headSha?: string;
  /** Where the result goes: a comment in the thread, or one rolling issue. */
  readonly target:
    | { readonly kind: 'thread' }
    | {
        readonly kind: 'rolling_issue';
        readonly schedule: string;
        readonly title: string;
        readonly labels: readonly string[];
      };
  readonly state: RunState;
  /** The opaque reference in the prompt, by which a task in doubt is found. */
  readonly runReference: string;
  readonly executor?: string;
  readonly model?: string;
  readonly taskId?: string;
  readonly taskUrl?: string;
  readonly workspaceId?: string;
  /** Of a follow-up; a task's first prompt has none that we are told. */
  readonly promptId?: string;
  readonly shareUrl?: string;
  /** Branch that the task works on. */
  readonly branch?: string;
  readonly submission?: Submission;
  readonly stopping?: Stopping;
  /** Whether a check run on the head commit shows it. */
  readonly check?: boolean;
  readonly notes: readonly string[];
  readonly ending?: RunEnding;
  readonly report: RunReport;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When the request that creates the task or prompt was about to leave. */
  readonly submittedAt?: number;
  /**
   * Of one that could not be sent: the earliest moment at which its job is tried again, in milliseconds since the epoch.
   * Undefined before that, and for runs of earlier versions.
   */
  readonly nextTryAt?: number;
  /** When it is canceled for taking too long, in milliseconds since the epoch. */
  readonly deadlineAt?: number;
  /** How long it may take, in milliseconds. Undefined until it is submitted, and for runs of earlier versions. */
  readonly timeoutMs?: number;
  /**
   * From when it counts how long it could not be sent, in milliseconds since the epoch. Undefined where that is `createdAt`,
   * because no clock was set since.
   */
  readonly unsentSince?: number;
  /** The setting of the clock that these moments last moved along with. */
  readonly clockSetting?: string;
  /** When the sweep last asked Rebyte for the task itself, in milliseconds since the epoch. */
  readonly askedAt?: number;
  /** Undefined until the first of them, and for runs of earlier versions. */
  readonly inVain?: VainLooks;
}
