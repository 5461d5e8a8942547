import { z } from 'zod';
import { scheduleKey } from '../engine/lanes.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { RepositoryName } from '../../model/thread.ts';
import type { NoteStore } from '../../ports/store.ts';

/** So many failures in a row pause a schedule. */
export const MAX_FAILURES = 3;

const STATE = z.object({
  /** The last slot that was taken, or when the schedule was first seen; milliseconds since the epoch. */
  slot: z.number(),
  /** The run of that slot, none before the first. */
  runId: z.string().exactOptional(),
  /** Failures in a row. */
  failures: z.number(),
  /** The run whose outcome was counted last. */
  countedRunId: z.string().exactOptional(),
  /** Of the config that the last slot was taken with. */
  configHash: z.string(),
});

export type ScheduleState = Readonly<z.infer<typeof STATE>>;

/** The marker key of a schedule's rolling issue. */
export function scheduleIssueKey(schedule: string): string {
  return `schedule:${schedule}`;
}

export interface ScheduleKey {
  readonly repository: RepositoryName;
  readonly schedule: string;
}

export async function readScheduleState(notes: NoteStore, key: ScheduleKey): Promise<ScheduleState | undefined> {
  const text = await notes.read(noteOf(key));
  return text === undefined ? undefined : STATE.parse(JSON.parse(text));
}

export async function writeScheduleState(notes: NoteStore, key: ScheduleKey, state: ScheduleState): Promise<void> {
  await notes.write(noteOf(key), JSON.stringify(state));
}

/**
 * Counts how a scheduled run ended, once: its report does, or else the next slot before it starts a run. Canceled by
 * somebody is neither a failure nor a success.
 */
export async function recordOutcome(notes: NoteStore, run: RunRecord, schedule: string): Promise<{ failures: number }> {
  const key = { repository: run.trigger.repository, schedule };
  const state = await readScheduleState(notes, key);
  const status = run.ending?.status;
  if (state === undefined || status === undefined) return { failures: 0 };
  const isLast = state.runId === undefined || state.runId === run.id;
  if (!isLast || state.countedRunId === run.id || status === 'canceled') return state;
  const failures = status === 'succeeded' ? 0 : state.failures + 1;
  await writeScheduleState(notes, key, { ...state, failures, countedRunId: run.id });
  return { failures };
}

function noteOf({ repository, schedule }: ScheduleKey): string {
  return `schedule:${scheduleKey(repository, schedule)}`;
}
