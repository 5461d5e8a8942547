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
import { isDue, mustAsk, watched, type Watched } from '../sweep/due.ts';
import { noteLooks } from '../sweep/note-looks.ts';
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
  for (const [agent, due] of await dueByAgent(engine)) await sweepDue(engine, agent, { ...due, budget });
}

/** Webhooks of the time before now may be lost: every open run is looked after once more, soon. */
export async function noteMissedWebhooks({ store, clock }: Pick<Engine, 'store' | 'clock'>): Promise<void> {
  await store.write(MISSED_NOTE, String(clock.now()));
}

interface DueOfAgent {
  /** A GitHub account whose repositories have this agent. */
  readonly owner: string;
  readonly due: Watched[];
}

/** The runs to look after, by the agent that has to be asked; undefined where there is none any more. */
async function dueByAgent(engine: Engine): Promise<ReadonlyMap<AgentPort | undefined, DueOfAgent>> {
  const missedUntil = Number((await engine.store.read(MISSED_NOTE)) ?? 0);
  const byAgent = new Map<AgentPort | undefined, DueOfAgent>();
  for await (const run of engine.store.open(['running'])) {
    if (!isDue(run, engine.clock.now(), missedUntil)) continue;
    const { owner } = run.trigger.repository;
    const agent = engine.agentFor(owner);
    const known = byAgent.get(agent) ?? { owner: owner.toLowerCase(), due: [] };
    known.due.push(watched(run));
    byAgent.set(agent, known);
  }
  return byAgent;
}

interface Due extends DueOfAgent {
  readonly budget: CallBudget;
}

async function sweepDue(engine: Engine, agent: AgentPort | undefined, sweep: Due): Promise<void> {
  const { due, budget } = sweep;
  const listed = agent === undefined ? NOTHING : await listedOf(engine, agent, sweep);
  const goesOn = (run: Watched) => listed.get(run.taskId ?? '')?.ended === false && !mustAsk(run, engine.clock.now());
  await noteLooks(engine.store, due.filter(goesOn), engine.clock.now());
  const hasEnded = ({ taskId = '' }: Watched) => Number(listed.get(taskId)?.ended === true);
  const rest = longestFirst(due.filter((run) => !goesOn(run)));
  for (const run of rest.toSorted((a, b) => hasEnded(b) - hasEnded(a))) {
    if (!spend(budget, CALLS_PER_LOOK)) return;
    await orWarn(engine, run, async () => await sweepRunning(engine, run.id));
  }
}

/** A list that cannot be had costs its calls and no more; one run is asked after directly. */
async function listedOf(engine: Engine, agent: AgentPort, { owner, due, budget }: Due): Promise<Listed> {
  if (due.length < 2) return NOTHING;
  try {
    return await readList(engine, { agent, key: owner, due, budget, callsPerEnd: CALLS_PER_LOOK });
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

async function sweepRunning(engine: Engine, id: string): Promise<void> {
  const now = engine.clock.now();
  const run = await engine.store.update(id, { checkedAt: now, askedAt: now });
  // A webhook may have come in between.
  if (run?.state !== 'running') return;
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

async function orWarn(engine: Engine, run: Pick<RunRecord, 'id'>, sweep: () => Promise<void>): Promise<void> {
  try {
    await sweep();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    engine.log({ run: run.id }).warning(`The sweep could not look after this run: ${why}`);
  }
}
