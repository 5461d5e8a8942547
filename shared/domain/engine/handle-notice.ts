import type { Engine } from './engine.ts';
import { keepNotice, mayBelongTo } from '../notices/kept-notice.ts';
import { settleByTask } from '../notices/settle-by-task.ts';
import { isEnd, statusOfPrompt } from '../notices/task-status.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { WebhookNotice } from '../../model/webhook-notice.ts';

/** Rebyte's clock and ours may differ by this much. */
const CLOCK_SKEW_MS = 2 * 60_000;

/**
 * Takes in what a verified webhook of Rebyte says. Only ends matter: that a task runs is known to whoever started it,
 * and a status that this version does not know waits. Duplicates, late and reordered notices change nothing.
 *
 * @param account whose key the webhook was verified with.
 */
export async function handleNotice(engine: Engine, account: string, notice: WebhookNotice): Promise<void> {
  engine.metrics.noticeAge(Math.max(0, notice.receivedAt / 1_000 - notice.timestamp));
  if (!isEnd(notice.status)) return;
  const run = await openRunOf(engine, account, notice.taskId);
  if (run !== undefined) return await apply(engine, run, notice);
  if (!(await isAwaited(engine, notice.taskId))) return;
  await keepNotice(engine, account, notice);
  // Its submission may have returned in between, and looked for kept notices before this one was there.
  const late = await openRunOf(engine, account, notice.taskId);
  if (late !== undefined) await apply(engine, late, notice);
}

async function isAwaited({ store }: Engine, taskId: string): Promise<boolean> {
  for await (const run of store.open(['submitting'])) if (mayBelongTo(run, taskId)) return true;
  return false;
}

/**
 * A task has one run under way at a time; were there more, the oldest would end first. An account's key says nothing
 * about the tasks of another; '' is the key of all accounts without one of their own.
 */
async function openRunOf({ store }: Engine, account: string, taskId: string): Promise<RunRecord | undefined> {
  const isTheirs = ({ trigger }: RunRecord) => account === '' || trigger.repository.owner.toLowerCase() === account;
  return (await store.byTask(taskId)).find((run) => run.state === 'running' && isTheirs(run));
}

async function apply(engine: Engine, run: RunRecord, notice: WebhookNotice): Promise<void> {
  const { status, result, timestamp } = notice;
  if (timestamp * 1_000 + CLOCK_SKEW_MS < (run.submittedAt ?? 0)) return;
  const end = result === undefined ? { status } : { status, result };
  if (run.promptId === undefined) return await settleByTask(engine, run, end);
  // A notice names no prompt, so it may be about the one before. The task knows.
  const task = await engine.agentFor(run.trigger.repository.owner)?.getTask(notice.taskId);
  if (task === undefined) return;
  const own = statusOfPrompt(task, run);
  if (!isEnd(own)) return;
  await settleByTask(engine, run, isSame(own, status) ? end : { status: own });
}

/** A task says `completed` where its prompt says `succeeded`. */
function isSame(prompt: string, notice: string): boolean {
  return prompt === notice || (prompt === 'succeeded' && notice === 'completed');
}
