import type { Artifacts } from './artifacts.ts';
import type {
  CallOptions,
  CanceledTask,
  CreatedTask,
  NewTask,
  Task,
  TaskContent,
  TaskSummary,
  TaskVisibility,
  Visibility,
} from './contract.ts';
import { fieldsOf, objectWith } from './decode.ts';
import { ApiError, InvalidResponseError } from './errors.ts';
import type { Search, SoughtPrompt } from './find-prompt.ts';
import type { Followed, FollowOptions } from './follow.ts';
import { modelWarnings } from './known-models.ts';
import { type ListOptions, pagesOf } from './pages.ts';
import { path } from './path.ts';
import type { TaskStreamItem } from './stream-item.ts';
import type { Transport } from './transport.ts';
import { validateTask } from './validate.ts';
import type { TaskResult, WaitOptions } from './wait.ts';

const asTask = objectWith<Task>('id', 'status');

/** `/tasks`: create, look, follow, wait, cancel, share, delete. What the first request does not need is loaded when it is called. */
export class Tasks {
  readonly #transport: Transport;
  readonly #artifacts: Artifacts;

  constructor(transport: Transport, artifacts: Artifacts) {
    this.#transport = transport;
    this.#artifacts = artifacts;
  }

  /**
   * Creates a task; takes as long as its VM takes to come up. There is no idempotency key, so it is sent again only
   * when it provably never left. After any other failure ask `mayHaveHappened(error)` before you try again.
   *
   * @throws ValidationError before sending.
   */
  async create(task: NewTask, { signal }: CallOptions = {}): Promise<CreatedTask> {
    validateTask(task);
    const { timeouts, onWarning } = this.#transport.settings;
    for (const warning of modelWarnings(task.executor, task.model)) onWarning(warning);
    const call = { method: 'POST', path: path`/tasks`, json: task, headersMs: timeouts.createTaskMs, signal } as const;
    return await this.#transport.json(call, objectWith<CreatedTask>('id', 'url'));
  }

  /** The task and its prompts, newest first. */
  async get(id: string, { signal }: CallOptions = {}): Promise<Task> {
    return await this.#transport.json({ method: 'GET', path: path`/tasks/${id}`, signal }, (body) => {
      const task = asTask(body);
      return { ...task, prompts: task.prompts ?? [] };
    });
  }

  /** All tasks created through the API, newest first, page by page as they are taken. */
  list(list: ListOptions = {}, { signal }: CallOptions = {}): AsyncIterable<TaskSummary> {
    return pagesOf(this.#transport, { path: path`/tasks`, entry: objectWith<TaskSummary>('id') }, { ...list, signal });
  }

  /** Cancels all running and pending prompts. Harmless when none is. */
  async cancel(id: string, { signal }: CallOptions = {}): Promise<CanceledTask> {
    const call = { method: 'POST', path: path`/tasks/${id}/cancel`, repeat: 'safe', signal } as const;
    return await this.#transport.json(call, objectWith<CanceledTask>('status'));
  }

  /** `shareUrl` comes when the task is public. */
  async setVisibility(id: string, visibility: Visibility, { signal }: CallOptions = {}): Promise<TaskVisibility> {
    const call = { method: 'PATCH', path: path`/tasks/${id}/visibility`, json: { visibility }, signal } as const;
    return await this.#transport.json(call, objectWith<TaskVisibility>('visibility'));
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.delete({ path: path`/tasks/${id}`, signal });
  }

  /**
   * The prompts' texts and responses. Observed, not documented: undefined when the server has no such endpoint, or one
   * of another shape.
   */
  async content(id: string, { signal }: CallOptions = {}): Promise<TaskContent | undefined> {
    const call = { method: 'GET', path: path`/tasks/${id}/content`, signal } as const;
    try {
      return await this.#transport.json(call, (body) =>
        Array.isArray(fieldsOf(body)['prompts']) ? objectWith<TaskContent>()(body) : undefined,
      );
    } catch (error) {
      const missing = error instanceof ApiError && [400, 404, 405, 410, 501].includes(error.status);
      if (missing || error instanceof InvalidResponseError) return undefined;
      throw error;
    }
  }

  /**
   * The newest task with a prompt that holds a text, such as a reference that the prompt was given: for a creation whose
   * answer got lost. The list shows no prompts, and {@link content}, which does, is observed, not documented: without it the
   * answer is `unsearchable`, never a guess, because taking somebody else's task is worse than losing one's own. Reads at
   * most a hundred tasks, and warns when that ended the search.
   */
  async findByPrompt(sought: SoughtPrompt, { signal }: CallOptions = {}): Promise<Search<TaskSummary>> {
    const { onWarning } = this.#transport.settings;
    const list = () => this.list({ limit: 100 }, { signal });
    const content = async (id: string) => await this.content(id, { signal });
    const { findTask } = await import('./find-prompt.ts');
    return await findTask({ list, content, onWarning }, sought);
  }

  /** The newest prompt of one task that holds a text; as {@link findByPrompt}. */
  async findPrompt(
    id: string,
    text: string,
    { signal }: CallOptions = {},
  ): Promise<Search<{ readonly promptId: string }>> {
    const { promptIn } = await import('./find-prompt.ts');
    return promptIn(await this.content(id, { signal }), text);
  }

  /**
   * What the agent does, as it does it, then one `done`. Reconnects, does not repeat itself, reads no faster than you
   * do, and ends quietly when the signal aborts. `break` ends the connection.
   */
  async *events(id: string, options: FollowOptions = {}): AsyncGenerator<TaskStreamItem, void, undefined> {
    const { followTask } = await import('./follow.ts');
    yield* followTask(this.#followed(id, options.signal), options);
  }

  /** Waits until the task, or the given prompt, has ended, and gathers its result. There is no deadline but the signal. */
  async wait(id: string, options: WaitOptions = {}): Promise<TaskResult> {
    const { signal } = options;
    const { waitForTask } = await import('./wait.ts');
    const awaited = {
      ...this.#followed(id, signal),
      content: () => this.content(id, { signal }),
      artifacts: (workspaceId: string) => this.#artifacts.list(workspaceId, { signal }),
    };
    return await waitForTask(awaited, options);
  }

  #followed(id: string, signal: AbortSignal | undefined): Followed {
    return { transport: this.#transport, taskId: id, status: () => this.get(id, { signal }) };
  }
}
