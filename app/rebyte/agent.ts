import {
  AgentRefusal,
  AgentUnavailable,
  SubmissionInDoubt,
  type AgentPort,
  type AgentTask,
  type FollowUpRequest,
  type NewTaskRequest,
} from '../../shared/ports/agent.ts';
import {
  ApiError,
  isTransient,
  mayHaveHappened,
  NotFoundError,
  ProvisioningError,
  ValidationError,
  type NewPrompt,
  type NewTask,
  type RebyteClient,
} from '../../shared/rebyte/index.ts';
import { messageOf } from '../../shared/model/message-of.ts';

export interface AgentOptions {
  /** Goes over every message, which can quote what the server said. */
  readonly mask: (text: string) => string;
}

/** An ended task gives its text at once; one that goes on after all is not waited for. */
const RESULT_TIMEOUT_MS = 30_000;
const COMPUTER_TIMEOUT_MS = 10 * 60_000;

/** An id: nobody names a computer so, and none is made under it. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** {@link AgentPort} over the client, which retries what is safe to repeat. Here its errors get the port's meaning. */
export function agentOver(client: RebyteClient, { mask }: AgentOptions): AgentPort {
  const { calling, creating, reading } = callsWith(mask);
  return {
    createTask: async (request) => {
      const { id, url, workspaceId } = await creating(client.tasks.create(taskOf(request)));
      return taskFrom(id, url, workspaceId);
    },
    sendPrompt: async (taskId, request) => {
      const { promptId } = await creating(client.prompts.create(taskId, promptOf(request)));
      return { promptId };
    },
    getTask: async (taskId) => {
      const task = await calling(orMissing(client.tasks.get(taskId)));
      if (task === undefined) return undefined;
      const { id, url, status, prompts } = task;
      return {
        taskId: id,
        taskUrl: url,
        status,
        prompts: prompts.map((prompt) => ({ id: prompt.id, status: prompt.status })),
      };
    },
    async *listTasks(from) {
      const tasks = client.tasks.list({ limit: 100, offset: from });
      for await (const { id, url, createdAt, completedAt } of reading(tasks))
        yield { ...taskFrom(id, url), createdAt: Date.parse(createdAt), ended: completedAt != null };
    },
    cancel: async (taskId) => {
      await calling(client.tasks.cancel(taskId));
    },
    share: async (taskId, visibility = 'public') => {
      const { shareUrl } = await calling(client.tasks.setVisibility(taskId, visibility));
      return shareUrl;
    },
    resultOf: async (taskId, promptId) => {
      const signal = AbortSignal.timeout(RESULT_TIMEOUT_MS);
      const { result, resultSource } = await calling(client.tasks.wait(taskId, { promptId, signal }));
      return { text: result, source: resultSource };
    },
    artifacts: async (workspaceId) => {
      const listed = await calling(client.artifacts.list(workspaceId));
      return listed.map(({ name, size }) => ({ name, size }));
    },
    computer: async (nameOrId) => await calling(readyComputer(client, nameOrId)),
    findByReference: async (reference, since) => {
      const found = await calling(client.tasks.findByPrompt({ text: reference, since }));
      return typeof found === 'object' ? taskFrom(found.id, found.url) : found;
    },
    tasksOfComputer: async (workspaceId) => {
      const computer = await calling(orMissing(client.agentComputers.get(workspaceId)));
      return computer?.recentTasks.map(({ id, createdAt }) => ({ taskId: id, createdAt: Date.parse(createdAt) }));
    },
    upload: async ({ bytes, ...file }) => await calling(client.files.upload({ ...file, stream: bytes })),
  };
}

interface Calls {
  /** For calls that change nothing when they are repeated. */
  readonly calling: <T>(call: Promise<T>) => Promise<T>;
  /** For the two that must not be repeated unless they provably never left. */
  readonly creating: <T>(call: Promise<T>) => Promise<T>;
  /** For lists. */
  readonly reading: <T>(list: AsyncIterable<T>) => AsyncIterable<T>;
}

/** Gives errors of the client the port's meaning. */
function callsWith(mask: (text: string) => string): Calls {
  return {
    calling: async (call) => {
      try {
        return await call;
      } catch (error) {
        throw meant(error, mask);
      }
    },
    creating: async (call) => {
      try {
        return await call;
      } catch (error) {
        if (mayHaveHappened(error)) throw new SubmissionInDoubt(mask(messageOf(error)), { cause: error });
        throw meant(error, mask);
      }
    },
    async *reading(list) {
      try {
        yield* list;
      } catch (error) {
        throw meant(error, mask);
      }
    },
  };
}

function taskFrom(taskId: string, taskUrl: string, workspaceId?: string): AgentTask {
  return { taskId, taskUrl, ...(workspaceId !== undefined && { workspaceId }) };
}

/** Lists that are empty are left out: the API takes its defaults for what is not there. */
function taskOf({ skills = [], files = [], ...rest }: NewTaskRequest): NewTask {
  return { ...rest, ...promptOf({ prompt: rest.prompt, skills, files }) };
}

function promptOf({ prompt, skills = [], files = [] }: FollowUpRequest): NewPrompt {
  return {
    prompt,
    ...(skills.length > 0 && { skills: [...skills] }),
    ...(files.length > 0 && { files: files.map(({ id, filename }) => ({ id, filename })) }),
  };
}

async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The error in the port's words; itself where these have none. */
function meant(error: unknown, mask: (text: string) => string): unknown {
  if (!isTransient(error)) return refusalIn(error, mask) ?? error;
  const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined;
  return new AgentUnavailable(mask(messageOf(error)), { cause: error, retryAfterMs });
}

/** What no waiting mends; undefined for the rest. */
function refusalIn(error: unknown, mask: (text: string) => string): AgentRefusal | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : new AgentRefusal(code, mask(wordsOf(error)), { cause: error });
}

/** For people, who asked for no URL and no status: what Rebyte itself said. What stands before Rebyte is named in full. */
function wordsOf(error: unknown): string {
  const isRebytes = error instanceof ApiError && !error.code.startsWith('http_') && error.serverMessage !== '';
  return isRebytes ? error.serverMessage : messageOf(error);
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof ProvisioningError) return 'computer_failed';
  if (error instanceof ValidationError) return 'validation_error';
  return error instanceof ApiError ? error.code : undefined;
}

async function readyComputer(client: RebyteClient, nameOrId: string): Promise<string> {
  const signal = AbortSignal.timeout(COMPUTER_TIMEOUT_MS);
  // When its creation gets lost, the next try finds it here.
  const found = await findComputer(client, nameOrId, signal);
  if (found === undefined && UUID.test(nameOrId))
    throw new AgentRefusal('computer_failed', `There is no Agent Computer with the id ${nameOrId}.`);
  const { id } = found ?? (await client.agentComputers.create({ name: nameOrId }, { signal }));
  return (await client.agentComputers.ready(id, { signal })).id;
}

async function findComputer(
  client: RebyteClient,
  nameOrId: string,
  signal: AbortSignal,
): Promise<{ readonly id: string } | undefined> {
  for await (const computer of client.agentComputers.list({ limit: 100 }, { signal }))
    if (computer.id === nameOrId || computer.name === nameOrId) return computer;
  return undefined;
}
