import { spend, type CallBudget } from './call-budget.ts';
import { lastLook, type Watched } from './due.ts';
import type { Engine } from '../engine/engine.ts';
import type { AgentPort } from '../../ports/agent.ts';

/** As many as one request brings. */
const PAGE = 100;
const MAX_PAGES = 20;
/** Rebyte's clock and ours may differ by this much. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** What the list says of the tasks that are looked for: whether they have ended. Those that it did not reach are missing. */
export type Listed = ReadonlyMap<string, { readonly ended: boolean }>;

export interface Reading {
  readonly agent: AgentPort;
  /** Under which the place is remembered where a long list was left. */
  readonly key: string;
  readonly due: readonly Watched[];
  readonly budget: CallBudget;
  /** What it costs to look after one that has ended. */
  readonly callsPerEnd: number;
}

/**
 * Reads the list of tasks, newest first, as far as it is needed and allowed; one page tells of a hundred tasks what would
 * cost a hundred questions. Once more have ended than this sweep can look after, the rest is not worth its calls. A list that
 * was not read to its end is read on from there by the next sweep.
 */
export async function readList({ store }: Engine, { agent, key, due, budget, callsPerEnd }: Reading): Promise<Listed> {
  const sought = new Set(due.map(({ taskId }) => taskId));
  const oldest = Math.min(...due.map(({ submittedAt, createdAt }) => submittedAt ?? createdAt)) - CLOCK_SKEW_MS;
  const listed = new Map<string, { ended: boolean }>();
  const note = `sweep:place:${key}`;
  const from = Number((await store.read(note)) ?? 0);
  let read = 0;
  let ended = 0;
  let place = 0;
  const isEnough = () => ended * callsPerEnd > budget.left;
  if (!spend(budget, 1)) return listed;
  for await (const task of agent.listTasks(from)) {
    read += 1;
    if (sought.delete(task.taskId)) {
      listed.set(task.taskId, { ended: task.ended });
      ended += Number(task.ended);
    }
    if (sought.size === 0 || task.createdAt < oldest) break;
    if (read % PAGE !== 0) continue;
    if (isEnough()) break;
    // Behind a page's last entry waits the next request.
    if (read / PAGE === MAX_PAGES || !spend(budget, 1)) {
      place = from + read;
      break;
    }
  }
  // The rest of this page's ended ones are the next sweep's.
  if (isEnough()) place = from + Math.floor((read - 1) / PAGE) * PAGE;
  if (place !== from) await store.write(note, place === 0 ? undefined : String(place));
  return listed;
}

/** Who waited longest comes first, so that none starves. */
export function longestFirst(runs: readonly Watched[]): readonly Watched[] {
  return runs.toSorted((a, b) => lastLook(a) - lastLook(b));
}
