import type { Begun } from '../landing.ts';
import type { RunRecord, RunReport } from '../../model/run-record.ts';
import { TryLater } from '../../ports/jobs.ts';
import type { RunStore } from '../../ports/store.ts';

/** Somebody else is at it; a write takes about a second. */
const SHOWN_ELSEWHERE_MS = 5_000;

/** What a run shows on GitHub, as whoever reports it knows. */
export interface ReportNote {
  readonly known: () => RunReport;
  /** @throws TryLater when it is not stored any more as it is known: somebody else reports the run */
  readonly write: (next: RunReport) => Promise<void>;
}

/** Of those who report a run at once, on whichever replica, only one gets to note what it is about to create. */
export function reportNoteOf(store: Pick<RunStore, 'update'>, { id, report }: RunRecord): ReportNote {
  let known = report;
  return {
    known: () => known,
    write: async (next) => {
      const before = known;
      const updated = await store.update(id, { report: next }, (stored) => isSame(stored.report, before));
      if (updated === undefined)
        throw new TryLater('The run is reported by somebody else.', SHOWN_ELSEWHERE_MS, { holdsLane: true });
      known = next;
    },
  };
}

/** The creation that the two fields of a report tell of. */
export function begunAt(at: number | undefined, missedAt: number | undefined): Begun | undefined {
  return at === undefined ? undefined : { at, ...(missedAt !== undefined && { missedAt }) };
}

function isSame(one: RunReport, other: RunReport): boolean {
  return inOrder(one) === inOrder(other);
}

/** Every field is a text or a number, and a database may put them in another order. */
function inOrder(report: RunReport): string {
  return JSON.stringify(Object.entries(report).toSorted(([a], [b]) => a.localeCompare(b)));
}
