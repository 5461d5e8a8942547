import { reportLane, submitLane } from './lanes.ts';
import type { Engine } from './engine.ts';
import type { RunRecord } from '../../model/run-record.ts';

/** Has the run submitted when its turn comes. A job that waits already is replaced. */
export async function addSubmit({ jobs }: Engine, { id, trigger }: RunRecord): Promise<void> {
  await jobs.add({ kind: 'submit', runId: id }, { lane: submitLane(trigger.thread), key: `submit:${id}` });
}

/** Has what GitHub shows of the run brought up to date. @param notBefore milliseconds since the epoch; default: now */
export async function addReport(
  { jobs }: Engine,
  run: Pick<RunRecord, 'id' | 'target' | 'trigger'>,
  notBefore?: number,
): Promise<void> {
  const options = { lane: reportLane(run), key: `report:${run.id}` };
  await jobs.add({ kind: 'report', runId: run.id }, notBefore === undefined ? options : { ...options, notBefore });
}
