import { spend, type CallBudget } from './call-budget.ts';
import { putOff } from './put-off.ts';
import { CALLS_PER_LOOK } from './sweep-running.ts';
import { mustAsk } from './watch.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentPort, ListedTask } from '../../ports/agent.ts';
import type { DueAccount } from '../../ports/store.ts';

/** As many as one request brings. */
const PAGE = 100;
const MAX_PAGES = 20;
/** Rebyte's clock and ours may differ by this much. */
const CLOCK_SKEW_MS = 10 * 60_000;

export interface Reading {
  readonly agent: AgentPort;
  /** Whose runs are looked for; the name keeps the place where a long list was left. */
  readonly account: DueAccount;
  readonly budget: CallBudget;
}

/**
 * Reads the list of tasks, newest first, as far as it is needed and allowed; one page tells of a hundred tasks what would
 * cost a hundred questions. Runs that go on are put off, page by page. Once more have ended than this sweep can look after,
 * the rest is not worth its calls. A list that was not read to its end is read on from there by the next sweep.
 *
 * @returns ids of the runs whose task has ended
 */
export async function readList(engine: Engine, { agent, account, budget }: Reading): Promise<readonly string[]> {
  const { store } = engine;
  const note = `sweep:place:${account.owner}`;
  const from = Number((await store.read(note)) ?? 0);
  const ended: string[] = [];
  let [pages, sought, place] = [0, account.runs, 0];
  const isEnough = () => ended.length * CALLS_PER_LOOK > budget.left;
  if (!spend(budget, 1)) return ended;
  for await (const page of byPage(agent.listTasks(from))) {
    pages += 1;
    const found = await takePage(engine, agent, page);
    ended.push(...found.ended);
    sought -= found.runs;
    const isOld = page.some(({ createdAt }) => createdAt < account.beganAt - CLOCK_SKEW_MS);
    if (sought <= 0 || isOld || isEnough()) break;
    // Behind a page's last entry waits the next request.
    if (page.length === PAGE && (pages === MAX_PAGES || !spend(budget, 1))) {
      place = from + pages * PAGE;
      break;
    }
  }
  // The rest of this page's ended ones are the next sweep's.
  if (isEnough()) place = from + (pages - 1) * PAGE;
  if (place !== from) await store.write(note, place === 0 ? undefined : String(place));
  return ended;
}

async function* byPage(tasks: AsyncIterable<ListedTask>): AsyncGenerator<readonly ListedTask[]> {
  let page: ListedTask[] = [];
  for await (const task of tasks) {
    page.push(task);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

interface Found {
  /** How many runs were looked for that are on this page. */
  readonly runs: number;
  /** Ids of those whose task has ended. */
  readonly ended: readonly string[];
}

async function takePage(
  { store, clock, agentFor }: Engine,
  agent: AgentPort,
  page: readonly ListedTask[],
): Promise<Found> {
  const now = clock.now();
  const due = await store.dueOfTasks(
    page.map(({ taskId }) => taskId),
    now,
  );
  // A key says nothing about the tasks of an account that has another.
  const own = due.filter(({ owner }) => agentFor(owner) === agent);
  const ended = new Set(page.filter((task) => task.ended).map(({ taskId }) => taskId));
  const hasEnded = ({ taskId = '' }: { readonly taskId?: string }) => ended.has(taskId);
  await putOff(
    store,
    own.filter((run) => !hasEnded(run) && !mustAsk(run, now)),
    now,
  );
  return { runs: own.length, ended: own.filter(hasEnded).map(({ id }) => id) };
}
