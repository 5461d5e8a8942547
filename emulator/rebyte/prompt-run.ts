import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type AgentOutcome, runAgent } from './agent-run.ts';
import type { Emulator } from './emulator.ts';
import { EventLog } from './event-log.ts';
import type { AgentEvent } from './executors/executor.ts';
import type { RunnableExecutor } from './executors/find-executor.ts';
import type { ResultFault } from './faults.ts';
import { PROMPT_MARK } from './process-tree.ts';
import type { Prompt, Task, Workspace } from './records.ts';
import { notify } from './webhooks/notify.ts';
import { artifactsFolder, codeFolder } from './workspace.ts';

/** What any program needs; the demo agent gets no more, so that it has no secret to tell. */
const PLAIN_ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE'];

/** A prompt, pending, with its text on disk. */
export async function createPrompt(emulator: Emulator, text: string): Promise<Prompt> {
  const id = randomUUID();
  const folder = join(emulator.settings.directory, 'prompts', id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'prompt.txt'), text);
  return {
    id,
    folder,
    log: new EventLog(join(folder, 'events.jsonl')),
    submittedAt: new Date(),
    stop: new AbortController(),
    status: 'pending',
    completedAt: null,
    resultShownAt: 0,
  };
}

/** The prompt as the user wrote it. */
export function promptText(prompt: Prompt): Promise<string> {
  return readFile(join(prompt.folder, 'prompt.txt'), 'utf8');
}

/** The final text; empty while there is none, or while a fault holds it back. */
export async function finalResult(prompt: Prompt): Promise<string> {
  if (prompt.completedAt === null || Date.now() < prompt.resultShownAt) return '';
  return readFile(join(prompt.folder, 'result.txt'), 'utf8');
}

/** Runs a pending prompt to its end; never rejects, as every ending is a status. */
export async function runPrompt(
  emulator: Emulator,
  task: Task,
  prompt: Prompt,
  runnable: RunnableExecutor,
): Promise<void> {
  if (prompt.stop.signal.aborted) return settle(emulator, task, prompt, { status: 'canceled', result: '' });
  prompt.status = 'running';
  notify(emulator, task, { event: 'task.running', status: 'running' });
  const outcome = await runToEnd(emulator, task, prompt, runnable).catch((error: unknown): AgentOutcome => {
    emulator.settings.log(`prompt ${prompt.id}: ${String(error)}`);
    return { status: 'failed', result: `the emulator could not run the agent: ${String(error)}` };
  });
  const { unwatchedMs } = emulator.settings.timings;
  if (unwatchedMs > 0) await prompt.log.followed(prompt.stop.signal, unwatchedMs);
  await settle(emulator, task, prompt, prompt.stop.signal.aborted ? { ...outcome, status: 'canceled' } : outcome);
}

async function runToEnd(
  emulator: Emulator,
  task: Task,
  prompt: Prompt,
  runnable: RunnableExecutor,
): Promise<AgentOutcome> {
  const { timings } = emulator.settings;
  const { workspace, model, session } = task;
  const outcome = await runAgent({
    runnable,
    promptId: prompt.id,
    prompt: withLocalPaths(await promptText(prompt), workspace),
    model,
    session,
    folders: [codeFolder(workspace), artifactsFolder(workspace)],
    cwd: workspace.cwd,
    environment: environmentFor(workspace, prompt, runnable.executor.cli === undefined),
    signal: prompt.stop.signal,
    timeoutMs: timings.executorTimeoutMs,
    killGraceMs: timings.killGraceMs,
    emit: (events) => prompt.log.append(enveloped(prompt, events)),
  });
  task.session = outcome.session ?? session;
  return outcome;
}

async function settle(emulator: Emulator, task: Task, prompt: Prompt, { status, result }: AgentOutcome): Promise<void> {
  await writeFile(join(prompt.folder, 'result.txt'), result);
  const fault = emulator.faults.take((other): other is ResultFault => other.kind === 'result');
  if (fault) prompt.resultShownAt = fault.how === 'missing' ? Infinity : Date.now() + (fault.ms ?? 500);
  prompt.status = status;
  prompt.completedAt = new Date();
  await prompt.log.end();
  const event = status === 'succeeded' ? 'task.completed' : status === 'failed' ? 'task.failed' : 'task.canceled';
  notify(emulator, task, { event, status, ...(fault?.how === 'missing' ? {} : { result }) });
}

/** The stream's envelope [O], one JSON line per event. */
function enveloped(prompt: Prompt, events: readonly AgentEvent[]): string[] {
  const timestamp = new Date().toISOString();
  return events.map(({ eventType, payload }, index) => {
    const seq = prompt.log.count + index + 1;
    const eventKey = `${prompt.id}:${seq}`;
    return JSON.stringify({ seq, timestamp, promptId: prompt.id, eventKey, eventType, payload });
  });
}

/** In the real VM the code is in `/code`; here that folder is the workspace's, and the prompt is told so. */
export function withLocalPaths(text: string, workspace: Workspace): string {
  return text.replaceAll(/(?<![\w./:-])\/code(?![\w-])/g, () => codeFolder(workspace));
}

function environmentFor(workspace: Workspace, prompt: Prompt, plain: boolean): NodeJS.ProcessEnv {
  const { REBYTE_API_KEY: _, ...inherited } = process.env;
  const kept = plain ? Object.entries(inherited).filter(([name]) => PLAIN_ENVIRONMENT.includes(name)) : undefined;
  return {
    ...(kept ? Object.fromEntries(kept) : inherited),
    REBYTE_CODE_DIR: codeFolder(workspace),
    REBYTE_ARTIFACTS_DIR: artifactsFolder(workspace),
    [PROMPT_MARK]: prompt.id,
  };
}
