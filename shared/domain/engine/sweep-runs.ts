import type { Engine } from './engine.ts';
import type { AgentPort } from '../../ports/agent.ts';
import type { DueAccount } from '../../ports/store.ts';
import { withinBudget, type CallBudget } from '../sweep/call-budget.ts';
import { readList, type Reading } from '../sweep/read-list.ts';
import { mostCallsPerLook, sweepRunning } from '../sweep/sweep-running.ts';
import { sweepUnsent } from '../sweep/sweep-unsent.ts';
import { LONGEST_WAIT_MS } from '../sweep/watch.ts';
import { messageOf } from '../../model/message-of.ts';

/**
 * Finds what webhooks and jobs have lost: settles runs whose task has ended, cancels those past their deadline, and
 * gives runs that never left another chance. Meant to run every half minute; a fault of one run stops no other. However
 * many runs are open, the calls to Rebyte are bounded, and only those that are due are read, some at a time.
 */
export async function sweepRuns(given: Engine): Promise<void> {
  const { store, clock, sweeping } = given;
  const engine = sweeping === undefined ? given : { ...given, agentFor: sweeping.agentFor };
  // No clock that was set, and no release before this one, puts a look off for ever.
  await store.bringForward({ laterThan: clock.now() + LONGEST_WAIT_MS, to: clock.now() });
  await sweepUnsent(engine);
  await withinBudget(engine, async (budget) => await sweepDue(engine, budget));
}

/** Whom the budget does not reach waits for the next sweep. */
async function sweepDue(engine: Engine, budget: CallBudget): Promise<void> {
  await sweepLists(engine, budget);
  if (budget.left < mostCallsPerLook(engine)) return;
  const rest = await engine.store.due({ state: 'running', now: engine.clock.now(), limit: budget.left });
  await sweepRunning(
    engine,
    rest.map(({ id }) => id),
    budget,
  );
}

/** Settles what lists show to have ended. Of many that ended with one key, those of the others do not wait for hours. */
async function sweepLists(engine: Engine, budget: CallBudget): Promise<void> {
  const byAgent = await dueByAgent(engine);
  let waiting = byAgent.size;
  for (const [agent, account] of byAgent) {
    const share = Math.min(budget.left, Math.max(1 + mostCallsPerLook(engine), Math.floor(budget.left / waiting)));
    waiting -= 1;
    // One run alone is asked after directly.
    if (agent === undefined || (account.runs < 2 && byAgent.size === 1)) continue;
    const own = { left: share };
    await sweepRunning(engine, await endedOf(engine, { agent, account, budget: own }), own);
    // What one leaves is for the others.
    budget.left -= share - own.left;
  }
}

/** Webhooks of the time before now may be lost: every open run is looked after once more, soon. */
export async function noteMissedWebhooks({ store, clock }: Pick<Engine, 'store' | 'clock'>): Promise<void> {
  await store.bringForward({ laterThan: clock.now(), to: clock.now() });
}

/** The runs that are due, by the agent that has to be asked; undefined where there is none any more. */
async function dueByAgent({ store, clock, agentFor }: Engine): Promise<ReadonlyMap<AgentPort | undefined, DueAccount>> {
  const byAgent = new Map<AgentPort | undefined, DueAccount>();
  for (const account of await store.dueAccounts(clock.now())) {
    const agent = agentFor(account.owner);
    const known = byAgent.get(agent);
    if (known === undefined) byAgent.set(agent, account);
    else byAgent.set(agent, together(known, account));
  }
  return byAgent;
}

function together(one: DueAccount, other: DueAccount): DueAccount {
  const owner = one.owner < other.owner ? one.owner : other.owner;
  return { owner, runs: one.runs + other.runs, beganAt: Math.min(one.beganAt, other.beganAt) };
}

/** A list that cannot be had costs its calls and no more. */
async function endedOf(engine: Engine, reading: Reading): Promise<readonly string[]> {
  try {
    return await readList(engine, reading);
  } catch (error) {
    const why = messageOf(error);
    engine.log({}).warning(`The sweep could not read the list of tasks: ${why}`);
    return [];
  }
}
