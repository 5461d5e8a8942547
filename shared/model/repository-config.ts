import type { Verb } from './command.ts';

/** GitHub's roles on a repository, lowest first (`role_name` of the permission API). */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface TaskDefaults {
  readonly executor?: string;
  readonly model?: string;
  readonly skills: readonly string[];
  readonly computer?: string;
  readonly visibility?: 'private' | 'shared' | 'public';
}

/** A command of the repository's own: a prompt template with `{{ input }}` for what follows the command. */
export interface CustomCommand {
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
  /** Lowest role that may use it. Default: the repository's. */
  readonly permission?: Role;
  readonly defaults?: Partial<TaskDefaults>;
}

export interface LabelTrigger {
  readonly label: string;
  /** A prompt, or the name of a custom command. */
  readonly prompt?: string;
  readonly command?: string;
}

export interface Schedule {
  /** Unique in the file; names the rolling issue's marker. */
  readonly name: string;
  /** Five fields, UTC unless `timezone` says otherwise. */
  readonly cron: string;
  readonly timezone: string;
  readonly prompt?: string;
  readonly command?: string;
  readonly report: { readonly title: string; readonly labels: readonly string[] };
}

/** `.github/rebyte.yml`, validated, extended and with every default filled in. */
export interface RepositoryConfig {
  readonly defaults: TaskDefaults;
  /** Lowest role that may give commands. */
  readonly permission: Role;
  /** Per verb, where it differs from `permission`. */
  readonly permissions: Readonly<Partial<Record<Verb, Role>>>;
  readonly allowedBots: readonly string[];
  /** `org/team` slugs whose members may give commands whatever their role. */
  readonly allowedTeams: readonly string[];
  /** The Agent Computers that a run may use, by name or id: those listed, and those that are a default. */
  readonly computers: readonly string[];
  readonly commands: readonly CustomCommand[];
  readonly labels: readonly LabelTrigger[];
  readonly schedules: readonly Schedule[];
  readonly budgets: { readonly runsPerHour: number; readonly runsPerHourAndUser: number };
  /** A check run on pull requests. */
  readonly check: boolean;
  /** Whether `/rebyte share` is allowed. */
  readonly share: boolean;
  /** Whether closing an issue or pull request cancels its runs. */
  readonly cancelOnClose: boolean;
  /** What `review` and `fix` do when the pull request's head has moved since the command: start and say so, or refuse. */
  readonly onMovedHead: 'tell' | 'refuse';
  /** Minutes after which a run is canceled. */
  readonly timeoutMinutes: number;
}

/** One thing wrong with the file, for people: where, what, and what to do. */
export interface ConfigProblem {
  /** Counted from 1; undefined when it has no place of its own. */
  readonly line?: number;
  readonly message: string;
}

export type LoadedConfig =
  | { readonly kind: 'valid'; readonly config: RepositoryConfig }
  /** The file exists and cannot be used: nothing is run on its defaults, because it may forbid what they allow. */
  | {
      readonly kind: 'broken';
      readonly path: string;
      readonly url: string;
      readonly problems: readonly ConfigProblem[];
    };
