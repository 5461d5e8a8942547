import {
  SubmissionInDoubt,
  type AgentPort,
  type AgentTask,
  type NewTaskRequest,
} from '../../../../shared/ports/agent.ts';
import type { FollowUpRequest, ListedTask, TaskState } from '../../../../shared/ports/agent.ts';
import type { ArtifactLink } from '../../../../shared/model/report.ts';

interface StoredTask {
  readonly id: string;
  readonly request: NewTaskRequest;
  readonly createdAt: number;
  /** Oldest first. */
  readonly prompts: { id: string; text: string; status: string }[];
}

/** Rebyte in memory. The next submission can be refused, or lose its answer. */
export class FakeRebyte implements AgentPort {
  tasks: StoredTask[] = [];
  files: { filename: string; text: string }[] = [];
  readonly calls: string[] = [];
  readonly followUps: FollowUpRequest[] = [];
  result = 'The answer, as the API tells it.';
  links: ArtifactLink[] = [];
  /** Rejects the next submission before anything happens. */
  refusal: Error | undefined;
  /** `kept`: what is sent next happens, but the answer is lost. `dropped`: it does not happen either. */
  nextAnswer: 'given' | 'kept' | 'dropped' = 'given';
  /** What is called while the next submission is on its way. */
  meanwhile: (() => Promise<void>) | undefined;
  /** Otherwise how a search for a prompt ends. */
  findable: true | 'none' | 'unsearchable' = true;
  #prompts = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async createTask(request: NewTaskRequest): Promise<AgentTask> {
    return await this.#submit('create task', () => {
      const id = `task-${this.tasks.length + 1}`;
      this.tasks.push({ id, request, createdAt: this.#now(), prompts: [this.#prompt(request.prompt)] });
      return { ...taskOf(id), workspaceId: request.workspaceId ?? `workspace-${id}` };
    });
  }

  async sendPrompt(taskId: string, request: FollowUpRequest): Promise<{ promptId: string }> {
    return await this.#submit(`prompt ${taskId}`, () => {
      const prompt = this.#prompt(request.prompt);
      this.task(taskId).prompts.push(prompt);
      this.followUps.push(request);
      return { promptId: prompt.id };
    });
  }

  async getTask(taskId: string): Promise<TaskState | undefined> {
    this.calls.push(`get ${taskId}`);
    await Promise.resolve();
    const task = this.tasks.find(({ id }) => id === taskId);
    if (task === undefined) return undefined;
    const last = task.prompts.at(-1)!.status;
    const prompts = task.prompts.map(({ id, status }) => ({ id, status })).toReversed();
    return { ...taskOf(taskId), status: last === 'succeeded' ? 'completed' : last, prompts };
  }

  async *listTasks(from: number): AsyncGenerator<ListedTask> {
    const newestFirst = this.tasks.toReversed().slice(from);
    for (const [index, { id, createdAt, prompts }] of newestFirst.entries()) {
      if (index % 100 === 0) this.calls.push(`list ${from + index}`);
      await Promise.resolve();
      yield { ...taskOf(id), createdAt, ended: prompts.every(({ status }) => status !== 'running') };
    }
  }

  async cancel(taskId: string): Promise<void> {
    this.calls.push(`cancel ${taskId}`);
    await Promise.resolve();
    for (const prompt of this.task(taskId).prompts) if (prompt.status === 'running') prompt.status = 'canceled';
  }

  async share(taskId: string, visibility = 'public'): Promise<string | undefined> {
    this.calls.push(`share ${taskId} ${visibility}`);
    return await Promise.resolve(visibility === 'public' ? `https://rebyte.example/share/${taskId}` : undefined);
  }

  async resultOf(taskId: string): Promise<{ text: string; source: string }> {
    this.calls.push(`result ${taskId}`);
    return await Promise.resolve({ text: this.result, source: 'done' });
  }

  async artifacts(workspaceId: string): Promise<readonly ArtifactLink[]> {
    this.calls.push(`artifacts ${workspaceId}`);
    return await Promise.resolve(this.links);
  }

  async computer(nameOrId: string): Promise<string> {
    this.calls.push(`computer ${nameOrId}`);
    return await Promise.resolve(`computer-${nameOrId}`);
  }

  async findByReference(runReference: string, since: number): Promise<AgentTask | 'none' | 'unsearchable'> {
    this.calls.push(`find ${runReference}`);
    await Promise.resolve();
    if (this.findable !== true) return this.findable;
    const found = this.tasks.find(
      ({ prompts, createdAt }) => createdAt >= since && prompts[0]!.text.includes(runReference),
    );
    return found === undefined ? 'none' : taskOf(found.id);
  }

  async tasksOfComputer(workspaceId: string): Promise<readonly ListedTask[] | undefined> {
    this.calls.push(`tasks of ${workspaceId}`);
    const own = this.tasks.filter(({ request }) => request.workspaceId === workspaceId);
    return await Promise.resolve(own.map(({ id, createdAt }) => ({ ...taskOf(id), createdAt, ended: false })));
  }

  async upload(file: {
    filename: string;
    bytes: AsyncIterable<Uint8Array>;
  }): Promise<{ id: string; filename: string }> {
    const parts: Uint8Array[] = [];
    for await (const part of file.bytes) parts.push(part);
    const text = Buffer.concat(parts).toString();
    return { id: `file-${this.files.push({ filename: file.filename, text })}`, filename: file.filename };
  }

  task(taskId: string): StoredTask {
    const task = this.tasks.find(({ id }) => id === taskId);
    if (task === undefined) throw new Error(`There is no ${taskId}.`);
    return task;
  }

  /** The task's last prompt ends. */
  end(taskId: string, status = 'succeeded'): void {
    this.task(taskId).prompts.at(-1)!.status = status;
  }

  #prompt(text: string): { id: string; text: string; status: string } {
    return { id: `prompt-${(this.#prompts += 1)}`, text, status: 'running' };
  }

  async #submit<T>(what: string, happen: () => T): Promise<T> {
    this.calls.push(what);
    const [refusal, fate, meanwhile] = [this.refusal, this.nextAnswer, this.meanwhile];
    [this.refusal, this.nextAnswer, this.meanwhile] = [undefined, 'given', undefined];
    await Promise.resolve();
    if (refusal !== undefined) throw refusal;
    if (fate === 'dropped') throw new SubmissionInDoubt('The connection broke.');
    const answer = happen();
    await meanwhile?.();
    if (fate === 'kept') throw new SubmissionInDoubt('The connection broke.');
    return answer;
  }
}

function taskOf(taskId: string): AgentTask {
  return { taskId, taskUrl: `https://rebyte.example/run/${taskId}` };
}
