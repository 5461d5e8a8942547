import type { Engine } from './engine.ts';
import { settleRunAs, type Ending } from './settle-run-as.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { isLastingFailure } from '../lasting-failure.ts';
import { AgentRefusal, SubmissionInDoubt, type AgentPort } from '../../ports/agent.ts';
import { TryLater } from '../../ports/jobs.ts';
import { acceptTask, afterSubmission } from '../submission/accept-task.ts';
import { nextTryAfter } from '../submission/next-try.ts';
import { prepareOrder, type Order, type SentPrompt } from '../submission/prepare-order.ts';
import { refusalReason } from '../submission/refusal-reason.ts';
import { resolveDoubt } from '../submission/resolve-doubt.ts';
import { sendingTo } from '../submission/sending-to.ts';
import { mustWait } from '../submission/turn.ts';

/** Bringing up a task takes seconds, minutes where it is in doubt. */
const COMPUTER_PAUSE_MS = 2_000;
/** Then it is there, or has to be looked for. */
const SENT_ELSEWHERE_MS = 5_000;

/**
 * Brings a run to Rebyte, once: as a follow-up of its thread's task, else as a new task. Returns without doing anything
 * while an earlier run of the thread is in the way; whoever settles that one asks again. What is about to be sent is
 * stored first, so after a crash the task is looked for and never created a second time.
 *
 * @throws TryLater while a task in doubt is looked for, and whatever is worth trying again.
 */
export async function submitRun(engine: Engine, runId: string): Promise<void> {
  const run = await engine.store.get(runId);
  if (run === undefined || run.state === 'settled') return;
  const { repository } = run.trigger;
  const agent = engine.agentFor(repository.owner);
  if (agent === undefined) {
    const message = `There is no Rebyte API key for the account "${repository.owner}".`;
    return await settleRunAs(engine, run, { reason: 'missing_api_key', message });
  }
  if (run.state === 'running') return await afterSubmission(engine, agent, run);
  if (run.submission?.phase === 'sending') return await resolveDoubt(engine, agent, run);
  if (run.stopping !== undefined) return await settleRunAs(engine, run, run.stopping);
  if (await mustWait(engine.store, run)) return;
  const order = await orderInTurn(engine, agent, run);
  const intended = order === undefined ? undefined : await intend(engine, run, order);
  if (order === undefined || intended === undefined) return;
  const sent = await send(engine, intended, order);
  if (sent === 'settled') return;
  if (sent === 'in_doubt') return await resolveDoubt(engine, agent, intended);
  await acceptTask(engine, agent, { run: intended, sent });
}

/** An order that may leave now. What fails is noted: its queue tries it again, and nobody else has to meanwhile. */
async function orderInTurn(engine: Engine, agent: AgentPort, run: RunRecord): Promise<Order | undefined> {
  try {
    const order = await orderFor(engine, agent, run);
    if (order !== undefined) await waitForComputer(engine, run, order);
    return order;
  } catch (error) {
    await engine.store.update(run.id, { nextTryAt: nextTryAfter(error, engine.clock.now()) });
    throw error;
  }
}

/** Undefined when it cannot be made for good: then the run has ended. */
async function orderFor(engine: Engine, agent: AgentPort, run: RunRecord): Promise<Order | undefined> {
  try {
    const order = await prepareOrder(engine, agent, run);
    if (order.kind === 'ready') return order;
    const { reason = 'invalid_input', message } = order;
    await settleRunAs(engine, run, { reason, message });
  } catch (error) {
    const ending = endingOf(error);
    if (ending === undefined) throw error;
    await settleRunAs(engine, run, ending);
  }
  return undefined;
}

/**
 * On an Agent Computer one task at a time is brought up: while it is in doubt whether one is there, another would make it
 * impossible to tell. Of those that come at once, each sees the others after its own intent: then none leaves, and the
 * oldest comes back first.
 *
 * @throws TryLater
 */
async function waitForComputer({ store }: Engine, { id }: RunRecord, { facts, submission }: Order): Promise<void> {
  if (facts.workspaceId === undefined || submission.taskId !== undefined) return;
  const sending = await sendingTo(store, facts.workspaceId);
  if (sending.every((each) => each === id)) return;
  const delayMs = COMPUTER_PAUSE_MS * (1 + Math.max(0, sending.indexOf(id)));
  throw new TryLater('Another task is being brought up on the same Agent Computer.', delayMs);
}

/** Stores what is about to happen. Undefined when it must not happen any more: the run was canceled meanwhile. */
async function intend(engine: Engine, run: RunRecord, order: Order): Promise<RunRecord | undefined> {
  const submittedAt = engine.clock.now();
  const intention = {
    ...order.facts,
    state: 'submitting',
    submission: order.submission,
    submittedAt,
    deadlineAt: submittedAt + order.timeoutMs,
    timeoutMs: order.timeoutMs,
  } as const;
  const intended = await engine.store.update(run.id, intention, isUnsent);
  if (intended === undefined) return await whatElseHappened(engine, run);
  if (intended.stopping === undefined) return intended;
  await settleRunAs(engine, intended, intended.stopping);
  return undefined;
}

/**
 * Undefined for a run that has ended. Else another replica has begun to send it: one that a database out of reach had kept
 * from saying that it lives.
 *
 * @throws TryLater until that one has its task, or it has to be looked for.
 */
async function whatElseHappened({ store }: Engine, { id }: RunRecord): Promise<undefined> {
  const stored = await store.get(id);
  if (stored === undefined || stored.state === 'settled') return undefined;
  throw new TryLater('Another replica has begun to send this run.', SENT_ELSEWHERE_MS);
}

/** That nobody has begun to send it, or that what was begun never left. */
function isUnsent({ state, submission }: RunRecord): boolean {
  return state !== 'running' && state !== 'settled' && submission?.phase !== 'sending';
}

async function send(engine: Engine, run: RunRecord, order: Order): Promise<SentPrompt | 'in_doubt' | 'settled'> {
  try {
    await waitForComputer(engine, run, order);
    return await order.send();
  } catch (error) {
    if (error instanceof SubmissionInDoubt) return 'in_doubt';
    const ending = endingOf(error);
    if (ending !== undefined) {
      await settleRunAs(engine, run, ending);
      return 'settled';
    }
    const nextTryAt = nextTryAfter(error, engine.clock.now());
    await engine.store.update(run.id, { submission: { ...order.submission, phase: 'not_sent' }, nextTryAt });
    throw error;
  }
}

/** How an error ends the run for good; undefined when it is worth trying again. */
function endingOf(error: unknown): Ending | undefined {
  if (error instanceof AgentRefusal) return { reason: refusalReason(error.code), message: error.message };
  const isFinal = isLastingFailure(error) && [403, 404, 410, 451].includes(error.status ?? 0);
  return isFinal ? { reason: 'github_failed', message: error.message } : undefined;
}
