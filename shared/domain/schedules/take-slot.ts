import {
  MAX_FAILURES,
  readScheduleState,
  recordOutcome,
  writeScheduleState,
  type ScheduleState,
} from './schedule-state.ts';
import { scheduledRun } from './scheduled-run.ts';
import { nextRun } from '../due-schedules.ts';
import type { Engine, InstalledRepository } from '../engine/engine.ts';
import { addSubmit } from '../engine/run-jobs.ts';
import type { Schedule } from '../../model/repository-config.ts';

export interface SlotRequest {
  readonly installed: InstalledRepository;
  readonly schedule: Schedule;
  /** Of the repository's whole config: a change resumes what is paused. */
  readonly configHash: string;
}

/**
 * Starts the schedule's run when its slot has come, and says when the next one does, in milliseconds since the epoch. Of
 * slots that were missed only one is made up for. One that comes while the last run goes on, or while the schedule is
 * paused, is skipped. A schedule seen for the first time begins with its next slot.
 */
export async function takeSlot(engine: Engine, request: SlotRequest): Promise<number> {
  const { store, clock } = engine;
  const { schedule, configHash } = request;
  const { repository } = request.installed;
  const now = clock.now();
  const slotAfter = (moment: number): Date => nextRun(schedule, new Date(moment), repository);
  const key = { repository, schedule: schedule.name };
  const state = await readScheduleState(store, key);
  if (state === undefined) {
    await writeScheduleState(store, key, { slot: now, failures: 0, configHash });
    return slotAfter(now).getTime();
  }
  // From the future: the clock was set back. Without this the schedule would rest until then.
  if (state.slot > now) await writeScheduleState(store, key, { ...state, slot: now });
  const due = slotAfter(Math.min(state.slot, now));
  if (due.getTime() > now) return due.getTime();
  const runId = await startIfFree(engine, request, { state, due });
  // The outcome of the last run may have been counted meanwhile.
  const latest = (await readScheduleState(store, key)) ?? state;
  const failures = latest.configHash === configHash ? latest.failures : 0;
  await writeScheduleState(store, key, { ...latest, slot: now, failures, configHash, ...(runId && { runId }) });
  return slotAfter(now).getTime();
}

async function startIfFree(
  engine: Engine,
  { installed, schedule, configHash }: SlotRequest,
  { state, due }: { state: ScheduleState; due: Date },
): Promise<string | undefined> {
  const { store } = engine;
  const log = engine.log({
    schedule: schedule.name,
    repository: `${installed.repository.owner}/${installed.repository.repo}`,
  });
  const previous = state.runId === undefined ? undefined : await store.get(state.runId);
  const isOpen = previous !== undefined && previous.state !== 'settled';
  const run = scheduledRun(engine, installed, { schedule, slot: due });
  // Its own run is no reason to skip the slot: it was taken, and then we were cut short.
  if (isOpen && previous.id !== run.id) {
    log.notice('This slot is skipped: the last run still goes on.');
    return undefined;
  }
  const { failures } = previous === undefined ? state : await recordOutcome(store, previous, schedule.name);
  if (failures >= MAX_FAILURES && state.configHash === configHash) {
    log.notice(`This slot is skipped: the schedule is paused after ${failures} failures in a row.`);
    return undefined;
  }
  // Before the run can end: an outcome counts only for the last run.
  const key = { repository: installed.repository, schedule: schedule.name };
  await writeScheduleState(store, key, { ...((await readScheduleState(store, key)) ?? state), runId: run.id });
  await store.insert(run);
  await addSubmit(engine, run);
  return run.id;
}
