import type { ArtifactLink } from '../model/report.ts';

export interface NewTaskRequest {
  readonly prompt: string;
  readonly executor?: string;
  readonly model?: string;
  readonly skills?: readonly string[];
  readonly workspaceId?: string;
  readonly githubUrl?: string;
  readonly branchName?: string;
  readonly files?: readonly { readonly id: string; readonly filename: string }[];
}

/** What a task that exists is asked; it keeps its executor, model and place. */
export type FollowUpRequest = Pick<NewTaskRequest, 'prompt' | 'skills' | 'files'>;

export interface AgentTask {
  readonly taskId: string;
  readonly taskUrl: string;
  readonly workspaceId?: string;
}

export interface TaskState {
  readonly taskId: string;
  readonly taskUrl: string;
  /** running, completed, failed, canceled; others may come and wait like running. */
  readonly status: string;
  /** Newest first. */
  readonly prompts: readonly { readonly id: string; readonly status: string }[];
}

/** A task as the list of all tasks shows it. */
export interface ListedTask extends AgentTask {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** It shows when the task was completed; how it ended has to be asked. */
  readonly ended: boolean;
}

/** A submission whose answer got lost: the task may exist. */
export class SubmissionInDoubt extends Error {
  override readonly name = 'SubmissionInDoubt';
}

/** Rebyte refused for good; `reason` says why in our words. */
export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal';
  /** The API's own code, e.g. `agent_disabled`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Rebyte is away, or asks to be left alone for a while. It passes by itself. */
export class AgentUnavailable extends Error {
  override readonly name = 'AgentUnavailable';
  /** How long Rebyte asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Rebyte, for one account's key. Passing faults are retried inside where that is safe; what rejects otherwise is an
 * {@link AgentRefusal}, a {@link SubmissionInDoubt}, an {@link AgentUnavailable}, or another error worth trying again
 * later: from `createTask` and `sendPrompt` such an error says that nothing was sent.
 */
export interface AgentPort {
  createTask(request: NewTaskRequest): Promise<AgentTask>;
  sendPrompt(taskId: string, request: FollowUpRequest): Promise<{ promptId: string }>;
  /** Undefined when the task is gone. */
  getTask(taskId: string): Promise<TaskState | undefined>;
  /** Every task that was made with this key, newest first, a hundred to a request. @param from how many to skip */
  listTasks(from: number): AsyncIterable<ListedTask>;
  cancel(taskId: string): Promise<void>;
  /** The public link, where there is one. Default visibility: public. */
  share(taskId: string, visibility?: 'private' | 'shared' | 'public'): Promise<string | undefined>;
  /** The final text of an ended task, from the stream's end or what else the API gives; says where it came from. */
  resultOf(taskId: string, promptId?: string): Promise<{ text: string; source: string }>;
  artifacts(workspaceId: string): Promise<readonly ArtifactLink[]>;
  /** The id of a ready Agent Computer of this name or id; made and awaited when none has the name. */
  computer(nameOrId: string): Promise<string>;
  /**
   * The task made since then whose prompt holds the reference. `none`: the prompts could be read, and none holds it;
   * `unsearchable`: they cannot be read here, so nothing is known.
   */
  findByReference(runReference: string, since: number): Promise<AgentTask | 'none' | 'unsearchable'>;
  /** The newest tasks on an Agent Computer; undefined for a workspace that is none. */
  tasksOfComputer(workspaceId: string): Promise<readonly Pick<ListedTask, 'taskId' | 'createdAt'>[] | undefined>;
  upload(file: {
    filename: string;
    contentType?: string;
    bytes: AsyncIterable<Uint8Array>;
    size: number;
  }): Promise<{ id: string; filename: string }>;
}
