import { attachFiles } from './attach-files.ts';
import { choicesFor, computerProblem, ignoredByFollowUp } from './choices.ts';
import { judgeHead } from './judge-head.ts';
import { workplaceOf } from './workplace.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Engine } from '../engine/engine.ts';
import { promptForRun, type PromptRequest } from '../prompting/prompt-for-run.ts';
import type { SettledReason } from '../../model/reason.ts';
import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { RunRecord, Submission } from '../../model/run-record.ts';
import type { AgentPort, NewTaskRequest, TaskState } from '../../ports/agent.ts';
import type { Forge, PullRequestFacts } from '../../ports/forge.ts';
import type { Conversation } from '../../ports/store.ts';

/** A task or prompt that came to be. */
export interface SentPrompt {
  readonly taskId: string;
  readonly taskUrl: string;
  readonly workspaceId?: string;
  readonly promptId?: string;
}

/** Everything that is decided before the one request that must not be repeated. */
export interface Order {
  readonly kind: 'ready';
  readonly submission: Submission;
  /** What the record remembers of the decisions. */
  readonly facts: Pick<RunRecord, 'notes' | 'executor' | 'model' | 'branch' | 'workspaceId' | 'check'>;
  readonly timeoutMs: number;
  readonly send: () => Promise<SentPrompt>;
}

export type PreparedOrder =
  | Order
  | {
      readonly kind: 'refused';
      /** Default `invalid_input`. */
      readonly reason?: SettledReason;
      readonly message: string;
    };

interface Desk {
  readonly engine: Engine;
  readonly agent: AgentPort;
  readonly forge: Forge;
  readonly run: RunRecord;
  readonly config: RepositoryConfig;
  readonly pull: PullRequestFacts | undefined;
  /** What the report has to say about the pull request's head. */
  readonly headNotes: readonly string[];
}

/** Decides between a follow-up and a new task, and makes what either needs. Nothing here is harmful to do twice. */
export async function prepareOrder(engine: Engine, agent: AgentPort, run: RunRecord): Promise<PreparedOrder> {
  const { repository, thread, isPullRequest, installationId } = run.trigger;
  const forge = await engine.forgeFor(installationId);
  const loaded = await loadConfig({ forge, notes: engine.store, repository });
  if (loaded.kind === 'broken')
    return {
      kind: 'refused',
      message: `\`${loaded.path}\` cannot be used any more: ${loaded.problems[0]?.message ?? ''}`,
    };
  const pull = isPullRequest ? await forge.getPullRequest(thread) : undefined;
  const { config } = loaded;
  const head = pull === undefined ? undefined : judgeHead(run, pull, config);
  if (head?.kind === 'refused') return head;
  const desk: Desk = { engine, agent, forge, run, config, pull, headNotes: head?.notes ?? [] };
  const known = await conversationOf(desk);
  if (known === undefined) return await newTask(desk, []);
  const task = await agent.getTask(known.taskId);
  if (task === undefined) return await newTask(desk, ['The task of this thread is gone, so this is a new one.']);
  return await followUp(desk, known, task);
}

async function conversationOf({ engine, run }: Desk): Promise<Conversation | undefined> {
  if (run.target.kind !== 'thread' || run.command.flags.new === true) return undefined;
  return await engine.store.conversation(run.trigger.thread);
}

async function newTask(desk: Desk, why: readonly string[]): Promise<PreparedOrder> {
  const { engine, agent, run, config, pull } = desk;
  const { executor, model, skills, computer, visibility } = choicesFor(run.command, config);
  const problem = computerProblem(computer, config);
  if (problem !== undefined) return { kind: 'refused', message: problem };
  const workplace = workplaceOf(run, pull);
  const attached = await attachFiles(agent, engine.attachments, run);
  const prompt = await promptForRun({ ...promptRequest(desk, attached.files), workplace });
  if (prompt.kind === 'refused') return prompt;
  const workspaceId = computer === undefined ? undefined : await agent.computer(computer);
  const chosen = {
    ...(executor !== undefined && { executor }),
    ...(model !== undefined && { model }),
    ...(workspaceId !== undefined && { workspaceId }),
  };
  const request: NewTaskRequest = {
    prompt: prompt.text,
    ...chosen,
    skills,
    githubUrl: workplace.githubUrl,
    branchName: workplace.branchName,
    files: attached.files,
  };
  return {
    kind: 'ready',
    submission: {
      phase: 'sending',
      looks: 0,
      ...(await oldArtifacts(desk, workspaceId)),
      ...(visibility !== undefined && { visibility }),
    },
    facts: {
      ...recordFacts(desk, [...why, ...attached.notes, ...prompt.notes]),
      ...chosen,
      branch: workplace.branchName,
    },
    timeoutMs: config.timeoutMinutes * 60_000,
    send: async () => await agent.createTask(request),
  };
}

async function followUp(desk: Desk, { taskId, workspaceId }: Conversation, task: TaskState): Promise<PreparedOrder> {
  const { engine, agent, run, config } = desk;
  const before = (await engine.store.byTask(taskId)).map(({ report }) => report.commentId ?? 0);
  const attached = await attachFiles(agent, engine.attachments, run);
  const prompt = await promptForRun({ ...promptRequest(desk, attached.files), seenUpTo: Math.max(0, ...before) });
  if (prompt.kind === 'refused') return prompt;
  const ignored = ignoredByFollowUp(run.command);
  const note = `Without effect, because this goes on with the thread's task: ${ignored.join(', ')}. Add --new for a task of its own.`;
  const { skills } = choicesFor(run.command, config);
  return {
    kind: 'ready',
    submission: {
      phase: 'sending',
      looks: 0,
      taskId,
      promptIds: task.prompts.map(({ id }) => id),
      ...(await oldArtifacts(desk, workspaceId)),
    },
    facts: {
      ...recordFacts(desk, [...(ignored.length === 0 ? [] : [note]), ...attached.notes, ...prompt.notes]),
      ...(workspaceId !== undefined && { workspaceId }),
    },
    timeoutMs: config.timeoutMinutes * 60_000,
    send: async () => {
      const { promptId } = await agent.sendPrompt(taskId, { prompt: prompt.text, skills, files: attached.files });
      return { taskId, taskUrl: task.taskUrl, promptId, ...(workspaceId !== undefined && { workspaceId }) };
    },
  };
}

/** An Agent Computer is shared: what others made on it must not show up in this thread. */
async function oldArtifacts({ agent }: Desk, workspaceId: string | undefined): Promise<Partial<Submission>> {
  return workspaceId === undefined ? {} : { oldArtifacts: await agent.artifacts(workspaceId) };
}

function promptRequest(
  { engine, forge, run, config, pull }: Desk,
  files: readonly { filename: string }[],
): PromptRequest {
  return {
    forge,
    run,
    config,
    self: engine.self,
    boundary: engine.newId(),
    filenames: files.map(({ filename }) => filename),
    ...(pull !== undefined && { pull }),
  };
}

function recordFacts({ run, config, headNotes }: Desk, notes: readonly string[]): Pick<RunRecord, 'notes' | 'check'> {
  return {
    notes: [...new Set([...run.notes, ...headNotes, ...notes])],
    check: config.check && run.trigger.isPullRequest,
  };
}
