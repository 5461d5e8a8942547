import type { Engine } from './engine.ts';
import { addSubmit } from './run-jobs.ts';
import { settleRunAs } from './settle-run-as.ts';
import { stopRun } from './stop-run.ts';
import { settleByTask } from '../notices/settle-by-task.ts';
import { isEnd, statusOfPrompt } from '../notices/task-status.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { AgentPort } from '../../ports/agent.ts';
import { mustWait } from '../submission/turn.ts';
import { spend, type CallBudget } from '../sweep/call-budget.ts';
import { isDue, mustAsk } from '../sweep/due.ts';
import { longestFirst, readList, type Listed } from '../sweep/read-list.ts';

const MINUTE_MS = 60_000;
/** Calls to Rebyte in one sweep; the rest waits for the next. Two sweeps a minute make at most 120. */
const MAX_CALLS = 60;
/** An end costs its status, its result and its artifacts. */
const CALLS_PER_LOOK = 3;
/** A run that has not left by then lost its job, or the job was set aside. */
const UNSENT_AFTER_MS = 2 * MINUTE_MS;
const DOUBT_AFTER_MS = 15 * MINUTE_MS;
const MAX_UNSENT_MS = 24 * 60 * MINUTE_MS;
/** Past its deadline, and Rebyte refuses to cancel it: after this it is given up. */
const GIVE_UP_MS = 60 * MINUTE_MS;
const MISSED_NOTE = 'sweep:missed-until';

/**
 * Finds what webhooks and jobs have lost: settles runs whose task has ended, cancels those past their deadline, and
 * gives runs that never left another chance. Meant to run every half minute; a fault of one run stops no other, and the
 * calls to Rebyte are bounded however many runs are open.
 */
export async function sweepRuns(engine: Engine): Promise<void> {
  for await (const run of engine.store.open(['received', 'acknowledged', 'submitting']))
    await orWarn(engine, run, async () => await sweepUnsent(engine, run));
  const budget: CallBudget = { left: MAX_CALLS };
  for (const [agent, due] of await dueByAgent(engine)) await sweepDue(engine, agent, { due, budget });
}

/** Webhooks of the time before now may be lost: every open run is looked after once more, soon. */
export async function noteMissedWebhooks({ store, clock }: Pick<Engine, 'store' | 'clock'>): Promise<void> {
  await store.write(MISSED_NOTE, String(clock.now()));
}

/** The runs to look after, by the agent that has to be asked; undefined where there is none any more. */
async function dueByAgent(engine: Engine): Promise<ReadonlyMap<AgentPort | undefined, readonly RunRecord[]>> {
  const missedUntil = Number((await engine.store.read(MISSED_NOTE)) ?? 0);
  const byAgent = new Map<AgentPort | undefined, RunRecord[]>();
  for await (const run of engine.store.open(['running'])) {
    if (!isDue(run, engine.clock.now(), missedUntil)) continue;
    const agent = engine.agentFor(run.trigger.repository.owner);
    const runs = byAgent.get(agent) ?? [];
    runs.push(run);
    byAgent.set(agent, runs);
  }
  return byAgent;
}

interface Due {
  readonly due: readonly RunRecord[];
  readonly budget: CallBudget;
}

async function sweepDue(engine: Engine, agent: AgentPort | undefined, { due, budget }: Due): Promise<void> {
  const listed = agent === undefined ? NOTHING : await listedOf(engine, agent, { due, budget });
  const goesOn = (run: RunRecord) => listed.get(run.taskId ?? '')?.ended === false && !mustAsk(run, engine.clock.now());
  const checkedAt = engine.clock.now();
  await Promise.all(due.filter(goesOn).map(async ({ id }) => await engine.store.update(id, { checkedAt })));
  const hasEnded = ({ taskId = '' }: RunRecord) => Number(listed.get(taskId)?.ended === true);
  const rest = longestFirst(due.filter((run) => !goesOn(run)));
  for (const run of rest.toSorted((a, b) => hasEnded(b) - hasEnded(a))) {
    if (!spend(budget, CALLS_PER_LOOK)) return;
    await orWarn(engine, run, async () => await sweepRunning(engine, run));
  }
}

/** A list that cannot be had costs its calls and no more; one run is asked after directly. */
async function listedOf(engine: Engine, agent: AgentPort, { due, budget }: Due): Promise<Listed> {
  const [first] = due;
  if (first === undefined || due.length === 1) return NOTHING;
  const key = first.trigger.repository.owner.toLowerCase();
  try {
    return await readList(engine, { agent, key, due, budget });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    engine.log({}).warning(`The sweep could not read the list of tasks: ${why}`);
    return NOTHING;
  }
}

const NOTHING: Listed = new Map();

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

async function sweepRunning(engine: Engine, run: RunRecord): Promise<void> {
  const now = engine.clock.now();
  await engine.store.update(run.id, { checkedAt: now, askedAt: now });
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
