import type { Engine } from './engine.ts';
import { addSubmit } from './run-jobs.ts';
import { settleRunAs } from './settle-run-as.ts';
import { stopRun } from './stop-run.ts';
import { settleByTask } from '../notices/settle-by-task.ts';
import { isEnd, statusOfPrompt } from '../notices/task-status.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { mustWait } from '../submission/turn.ts';

const MINUTE_MS = 60_000;
/** Webhooks tell most ends at once: a run is asked after when it is this old, then half its age later, and so on. */
const FIRST_LOOK_MS = MINUTE_MS;
const MAX_INTERVAL_MS = 10 * MINUTE_MS;
/** Questions to Rebyte in one sweep; the rest waits for the next. */
const MAX_LOOKS = 20;
/** A run that has not left by then lost its job, or the job was set aside. */
const UNSENT_AFTER_MS = 2 * MINUTE_MS;
const DOUBT_AFTER_MS = 15 * MINUTE_MS;
const MAX_UNSENT_MS = 24 * 60 * MINUTE_MS;
/** Past its deadline, and Rebyte refuses to cancel it: after this it is given up. */
const GIVE_UP_MS = 60 * MINUTE_MS;

/**
 * Finds what webhooks and jobs have lost: settles runs whose task has ended, cancels those past their deadline, and
 * gives runs that never left another chance. Meant to run every half minute; a fault of one run stops no other.
 */
export async function sweepRuns(engine: Engine): Promise<void> {
  for await (const run of engine.store.open(['received', 'acknowledged', 'submitting']))
    await orWarn(engine, run, async () => await sweepUnsent(engine, run));
  const due: RunRecord[] = [];
  for await (const run of engine.store.open(['running'])) if (isDue(run, engine.clock.now())) due.push(run);
  // Who waited longest comes first, so that none starves.
  const longest = due.toSorted((a, b) => lastLook(a) - lastLook(b));
  for (const run of longest.slice(0, MAX_LOOKS)) await orWarn(engine, run, async () => await sweepRunning(engine, run));
}

async function sweepUnsent(engine: Engine, run: RunRecord): Promise<void> {
  const now = engine.clock.now();
  const inDoubt = run.submission?.phase === 'sending';
  if (!inDoubt && now - run.createdAt > MAX_UNSENT_MS) {
    const message = 'It could not be sent to Rebyte within a day.';
    return await settleRunAs(engine, run, { reason: 'unavailable', message });
  }
  const late = inDoubt
    ? now - (run.submittedAt ?? run.createdAt) > DOUBT_AFTER_MS
    : now - run.createdAt > UNSENT_AFTER_MS;
  if (late && (inDoubt || !(await mustWait(engine.store, run)))) await addSubmit(engine, run);
}

function isDue(run: RunRecord, now: number): boolean {
  if (run.stopping !== undefined || now >= (run.deadlineAt ?? Infinity)) return now - lastLook(run) >= FIRST_LOOK_MS;
  const started = run.submittedAt ?? run.createdAt;
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(FIRST_LOOK_MS, (lastLook(run) - started) / 2));
  return now - lastLook(run) >= interval;
}

function lastLook({ checkedAt, submittedAt, createdAt }: RunRecord): number {
  return checkedAt ?? submittedAt ?? createdAt;
}

async function sweepRunning(engine: Engine, run: RunRecord): Promise<void> {
  const now = engine.clock.now();
  await engine.store.update(run.id, { checkedAt: now });
  const over = now - (run.deadlineAt ?? Infinity);
  try {
    const agent = engine.agentFor(run.trigger.repository.owner);
    if (agent === undefined) throw new Error('There is no Rebyte API key for its account any more.');
    await askAfter(engine, agent, run);
  } catch (error) {
    if (over < GIVE_UP_MS) throw error;
    const why = error instanceof Error ? error.message : String(error);
    await settleRunAs(engine, run, { reason: 'lost', message: `Rebyte cannot be asked what became of it: ${why}` });
  }
}

async function askAfter(engine: Engine, agent: AgentPort, run: RunRecord): Promise<void> {
  if (run.taskId === undefined) throw new Error(`Run ${run.id} is running without a task.`);
  const task = await agent.getTask(run.taskId);
  if (task === undefined) {
    const message = 'The task does not exist any more on Rebyte.';
    return await settleRunAs(engine, run, run.stopping ?? { reason: 'lost', message });
  }
  const status = statusOfPrompt(task, run);
  if (isEnd(status)) return await settleByTask(engine, run, { status });
  if (run.stopping !== undefined) return await stopRun(engine, run, run.stopping);
  if (engine.clock.now() < (run.deadlineAt ?? Infinity)) return;
  await stopRun(engine, run, { reason: 'timed_out_canceled', message: timedOut(run) });
}

function timedOut({ deadlineAt = 0, submittedAt = deadlineAt }: RunRecord): string {
  const minutes = Math.round((deadlineAt - submittedAt) / MINUTE_MS);
  return `It took longer than the ${minutes} minutes that this repository allows, so the task was canceled.`;
}

async function orWarn(engine: Engine, run: RunRecord, sweep: () => Promise<void>): Promise<void> {
  try {
    await sweep();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    engine.log({ run: run.id }).warning(`The sweep could not look after this run: ${why}`);
  }
}
