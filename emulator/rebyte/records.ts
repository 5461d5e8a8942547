// What the emulator remembers. Metadata only: prompts' texts, events and results are on disk, so that a thousand
// finished tasks stay small.
import type { EventLog } from './event-log.ts';
import type { ExecutorName } from './executors/executor.ts';

export type PromptStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'canceled';
export type Visibility = 'private' | 'shared' | 'public';

/** One prompt of a task. */
export interface Prompt {
  readonly id: string;
  /** Holds `prompt.txt`, `events.jsonl` and `result.txt`. */
  readonly folder: string;
  readonly log: EventLog;
  readonly submittedAt: Date;
  /** Aborted by cancel, delete and close. */
  readonly stop: AbortController;
  status: PromptStatus;
  completedAt: Date | null;
  /** When the final text may be shown; a fault can put it off (Infinity: never). Unix ms. */
  resultShownAt: number;
}

/** Whether the prompt waits or runs. */
export function isLive({ status }: Prompt): boolean {
  return status === 'pending' || status === 'running';
}

export interface Task {
  readonly id: string;
  readonly workspace: Workspace;
  readonly title: string;
  /** As asked for; what really runs may be a stand-in. */
  readonly executor: ExecutorName;
  readonly model: string | null;
  readonly createdAt: Date;
  /** Oldest first. */
  readonly prompts: Prompt[];
  /** The agent CLI's own conversation, once it has named it: a follow-up goes on with it. */
  session: string | undefined;
  visibility: Visibility;
  deleted: boolean;
  /** Ends when every prompt submitted so far has ended: prompts of one task run one after another. */
  queue: Promise<void>;
}

/** A folder on disk that stands for a VM's disk. */
export interface Workspace {
  readonly id: string;
  readonly folder: string;
  /** The agent's working directory: the clone if there is one, else `code/`. */
  cwd: string;
  /** Cloning and copying take turns in one workspace. */
  lock: Promise<void>;
}

export interface AgentComputer {
  readonly id: string;
  readonly name: string;
  readonly icon: string | null;
  readonly workspace: Workspace;
  readonly createdAt: Date;
  readonly provisioned: Promise<void>;
  status: 'provisioning' | 'ready' | 'error';
  provisionError: string | null;
  updatedAt: Date;
}

/** A file announced by POST /files; its bytes are at `path` once they were PUT. */
export interface StoredFile {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly path: string;
  uploaded: boolean;
}

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string | null;
  readonly secret: string | null;
  readonly createdAt: Date;
  isActive: boolean;
  lastTriggeredAt: Date | null;
  /** Consecutive failures. */
  failureCount: number;
}
