import type { Artifact, TaskContent } from './contract.ts';
import { AbortedError, RebyteError } from './errors.ts';
import { type Followed, followTask } from './follow.ts';
import { pollDelay } from './retry.ts';
import { MAX_RESULT_CHARS, ResultText, startOf } from './result-text.ts';
import type { TaskEvent, TaskStreamItem } from './stream-item.ts';

export interface WaitOptions {
  /** Aborting rejects with AbortedError; the task goes on unless it is canceled. */
  readonly signal?: AbortSignal | undefined;
  /** Wait for this prompt; default: whichever is the task's latest. */
  readonly promptId?: string | undefined;
  /** Also list this workspace's artifacts when the task has ended. */
  readonly workspaceId?: string | undefined;
  /** Sees every event once, in order; the stream waits for it. What it throws ends the wait. */
  readonly onEvent?: ((event: TaskEvent) => void | Promise<void>) | undefined;
}

/** Where a result's text came from, most trustworthy first. */
export type ResultSource = 'done' | 'result_event' | 'text_events' | 'content' | 'none';

export interface TaskResult {
  /** succeeded, failed or canceled; others may come. */
  readonly status: string;
  /** '' when the task said nothing. */
  readonly result: string;
  readonly resultSource: ResultSource;
  /** Whether `result` is only the start: at most 1,000,000 UTF-16 code units are kept. */
  readonly resultTruncated: boolean;
  /** The prompt asked for, else the one that the events named. */
  readonly promptId?: string;
  /** Empty unless `workspaceId` was given. */
  readonly artifacts: readonly Artifact[];
}

export interface Awaited extends Followed {
  readonly content: () => Promise<TaskContent | undefined>;
  readonly artifacts: (workspaceId: string) => Promise<readonly Artifact[]>;
}

type Text = Pick<TaskResult, 'result' | 'resultSource' | 'resultTruncated'>;

/** Between looks for a finished task's late text. */
const LATE_TEXT_PACE = { firstMs: 150, capMs: 1_000 };

/**
 * Follows a task to its end and gathers its result.
 *
 * @throws AbortedError on abort, and what followTask throws.
 */
export async function waitForTask(awaited: Awaited, options: WaitOptions): Promise<TaskResult> {
  const { signal, workspaceId, onEvent } = options;
  const texts = new ResultText();
  let promptId = options.promptId;
  let done: (TaskStreamItem & { type: 'done' }) | undefined;
  for await (const item of followTask(awaited, options)) {
    if (item.type === 'done') {
      done = item;
      break;
    }
    promptId ??= item.event.promptId;
    texts.add(item.event);
    await onEvent?.(item.event);
  }
  if (done === undefined) {
    throw new AbortedError(`Waiting for task ${awaited.taskId}: aborted.`, { cause: signal?.reason, sent: 'maybe' });
  }
  const streamed = textOf(done.finalResult ?? '', 'done') ?? streamedText(texts);
  const text = streamed ?? (await lateText(awaited, { promptId, signal, succeeded: done.status === 'succeeded' }));
  const lastWords = textOf(texts.lastText, 'text_events', texts.cut);
  return {
    status: done.status,
    ...(text ?? lastWords ?? NO_TEXT),
    ...(promptId === undefined ? {} : { promptId }),
    artifacts: workspaceId === undefined ? [] : await artifactsOf(awaited, workspaceId),
  };
}

const NO_TEXT: Text = { result: '', resultSource: 'none', resultTruncated: false };

function streamedText(texts: ResultText): Text | undefined {
  return textOf(texts.result, 'result_event') ?? textOf(texts.closingText, 'text_events', texts.cut);
}

function textOf(text: string, resultSource: ResultSource, cut = false): Text | undefined {
  if (text.trim() === '') return undefined;
  return { result: startOf(text), resultSource, resultTruncated: cut || text.length > MAX_RESULT_CHARS };
}

interface Late {
  readonly promptId: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Only a success owes a text; a failed or canceled task is asked once. */
  readonly succeeded: boolean;
}

/** The status can turn final a moment before the text is there: it is looked for within a short grace. */
async function lateText(awaited: Awaited, late: Late): Promise<Text | undefined> {
  const { now, sleep, random, timeouts } = awaited.transport.settings;
  const deadline = now() + (late.succeeded ? timeouts.graceMs : 0);
  for (let round = 0; ; round += 1) {
    const text =
      (await contentText(awaited, late.promptId)) ??
      (round > 0 ? await doneText(awaited, late, deadline - now()) : undefined);
    if (text !== undefined || now() >= deadline) return text;
    await sleep(Math.min(pollDelay(LATE_TEXT_PACE, round, random), deadline - now()), late.signal);
  }
}

async function contentText(awaited: Awaited, promptId: string | undefined): Promise<Text | undefined> {
  const content = await awaited.content();
  const prompts = content?.prompts ?? [];
  const prompt = promptId === undefined ? prompts[0] : prompts.find((each) => each.id === promptId);
  return textOf(prompt?.response ?? '', 'content');
}

/** A new connection to an ended task gives `done` at once, by now perhaps with the text. */
async function doneText(awaited: Awaited, { promptId, signal }: Late, limitMs: number): Promise<Text | undefined> {
  const texts = new ResultText();
  const limit = AbortSignal.timeout(Math.max(0, Math.ceil(limitMs)));
  const bounded = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  for await (const item of followTask(awaited, { promptId, signal: bounded })) {
    if (item.type === 'done') return textOf(item.finalResult ?? '', 'done') ?? streamedText(texts);
    texts.add(item.event);
  }
  return undefined;
}

/** A finished task's result is not lost because its artifacts cannot be listed. */
async function artifactsOf(awaited: Awaited, workspaceId: string): Promise<readonly Artifact[]> {
  try {
    return await awaited.artifacts(workspaceId);
  } catch (error) {
    if (!(error instanceof RebyteError) || error instanceof AbortedError) throw error;
    awaited.transport.settings.onWarning(
      `The artifacts of workspace ${workspaceId} could not be listed: ${error.message}`,
    );
    return [];
  }
}
