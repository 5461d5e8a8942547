import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Answer } from './answer.ts';
import type { AgentEvent, Executor, Invocation, Translation } from './executors/executor.ts';
import type { RunnableExecutor } from './executors/find-executor.ts';
import { isJson } from './executors/json-value.ts';
import { linesOf } from './lines-of.ts';
import { killMarked, signalGroup } from './process-tree.ts';

const STDERR_KEPT_CHARS = 4_000;

/** One run of an agent's process. */
export interface AgentRun extends Invocation {
  readonly runnable: RunnableExecutor;
  readonly promptId: string;
  readonly prompt: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Stops the run; it then ends `canceled`. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly killGraceMs: number;
  /** Takes the events; the process's output is not read on before it resolves. */
  emit(events: readonly AgentEvent[]): Promise<void>;
}

export interface AgentOutcome {
  readonly status: 'succeeded' | 'failed' | 'canceled';
  /** The final text; on failure what the agent said last, and why it failed. */
  readonly result: string;
  /** The CLI's conversation, for a follow-up to go on with. */
  readonly session?: string | undefined;
}

/**
 * Runs the agent to its end: prompt into stdin, JSON lines out. The process leads a group of its own, and when it has
 * ended nothing that it started is left.
 */
export async function runAgent(run: AgentRun): Promise<AgentOutcome> {
  const { file, leadingArguments, executor } = run.runnable;
  const child = spawn(file, [...leadingArguments, ...executor.arguments(run)], {
    cwd: run.cwd,
    // Some CLIs (opencode) believe PWD rather than the system, as a shell would have set it.
    env: { ...run.environment, ...executor.environment, PWD: run.cwd },
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const deadline = AbortSignal.timeout(run.timeoutMs);
  const release = stopOn(child, AbortSignal.any([run.signal, deadline]), run.killGraceMs);
  child.stdin.on('error', () => undefined); // EPIPE: an agent may end without reading its prompt.
  child.stdin.end(run.prompt);

  const answer = new Answer();
  const stderr = tailOf(child);
  const pumping = pump(child, run, answer);
  const exit = await exitOf(child);
  release();
  signalGroup(child, 'SIGKILL'); // Background processes of the agent end with it.
  await drained(pumping, run.promptId, child);
  const [text, session] = [answer.text(), answer.session()];
  if (run.signal.aborted) return { status: 'canceled', result: text, session };
  const failure =
    answer.failure() ?? (deadline.aborted ? overdue(run.timeoutMs, answer.notice()) : failureOf(exit, stderr()));
  if (failure === undefined) return { status: 'succeeded', result: text, session };
  return { status: 'failed', result: [...new Set([text, failure])].filter(Boolean).join('\n\n'), session };
}

async function pump(child: ChildProcess, run: AgentRun, answer: Answer): Promise<void> {
  if (!child.stdout) return;
  for await (const lines of linesOf(child.stdout)) {
    const translations = lines
      .filter((line) => line.trim() !== '')
      .map((line) => translate(run.runnable.executor, line));
    for (const translation of translations) answer.add(translation);
    await run.emit(translations.flatMap(({ events }) => events));
  }
}

/** What is not a JSON object is plain output: shown as text, never lost. */
function translate(executor: Executor, line: string): Translation {
  try {
    const message: unknown = JSON.parse(line);
    if (isJson(message)) return executor.translate(message);
  } catch {
    // Not JSON; falls through to text.
  }
  return { events: [{ eventType: 'text', payload: { content: `${line}\n` } }] };
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function failureOf({ code, signal, error }: Exit, stderr: string): string | undefined {
  if (error) return `the agent could not be started: ${error.message}`;
  if (code === 0) return undefined;
  const how = code === null ? `was killed by ${signal}` : `exited with code ${code}`;
  return `the agent ${how}${stderr === '' ? '' : `: ${stderr}`}`;
}

/** An agent that waits for its model forever has said what it waits for. */
function overdue(timeoutMs: number, notice: string): string {
  return `stopped after ${timeoutMs} ms${notice === '' ? '' : `; its last notice: ${notice}`}`;
}

/** Asks the group to end when the signal says so, and makes it end after the grace. Returns how to stand down. */
function stopOn(child: ChildProcess, signal: AbortSignal, graceMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  };
}

/**
 * Waits until all output is read. A process that detached itself can hold the pipe open: then it is looked for by its
 * mark, and where that cannot be done (see killMarked) the pipe is given up after a while.
 */
async function drained(pumping: Promise<void>, promptId: string, child: ChildProcess): Promise<void> {
  const soon = await Promise.race([pumping.then(() => true), delay(100, false, { ref: false })]);
  await killMarked(promptId);
  if (soon) return;
  await Promise.race([pumping, delay(5_000, undefined, { ref: false })]);
  child.stdout?.destroy();
  await pumping.catch(() => undefined); // ERR_STREAM_PREMATURE_CLOSE is what destroying it means.
}

function tailOf(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_KEPT_CHARS);
  });
  return () => tail.trim();
}
