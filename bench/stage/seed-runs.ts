import type { RunRecord } from '../../shared/model/run-record.ts';
import type { RunStore } from '../../shared/ports/store.ts';

const MINUTE_MS = 60_000;
const BATCH = 1_000;
const REPOSITORY = { owner: 'owner', repo: 'repo' } as const;
const RUNS_PER_THREAD = 4;
const RESULT = 'I looked at the module, mended the test and pushed it. '.repeat(36);
const REQUEST = '/rebyte run\nPlease find out why the nightly build fails, and mend it. '.padEnd(300, 'Be thorough. ');

/** Stores runs as the App itself would have left them. @param make a run from its number, counted from 0 */
export async function seedRuns(store: RunStore, amount: number, make: (index: number) => RunRecord): Promise<void> {
  for (let first = 0; first < amount; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, amount - first) }, (_, index) => make(first + index));
    await Promise.all(batch.map(async (run) => await store.insert(run)));
  }
}

/** A run whose task was given a while ago and goes on. @param now milliseconds since the epoch */
export function openRun(index: number, now: number): RunRecord {
  const since = now - 2 * MINUTE_MS;
  const number = Math.floor(index / RUNS_PER_THREAD) + 1;
  const comment = 1_000_000 + index;
  const url = `https://github.com/owner/repo/issues/${number}#issuecomment-${comment}`;
  return {
    id: `run-${index}`,
    trigger: {
      kind: 'comment',
      deliveryId: uuid(index),
      installationId: 11,
      repository: REPOSITORY,
      defaultBranch: 'main',
      thread: { ...REPOSITORY, number },
      isPullRequest: false,
      sourceId: `IC_kwDO${index}`,
      reactTo: { kind: 'comment', id: comment },
      text: REQUEST,
      url,
      sender: { login: 'ada', type: 'User' },
      receivedAt: since,
    },
    command: { position: 0, verb: 'run', prompt: REQUEST.slice(12), flags: {} },
    permission: 'write',
    target: { kind: 'thread' },
    state: 'running',
    runReference: uuid(index),
    taskId: taskIdOf(index),
    taskUrl: `https://app.rebyte.ai/run/${taskIdOf(index)}`,
    workspaceId: uuid(2_000_000 + index),
    notes: [],
    report: { commentId: comment + 1, commentUrl: url, attemptedAt: since, shown: 'running' },
    createdAt: since,
    submittedAt: since,
    deadlineAt: since + 60 * MINUTE_MS,
  };
}

/** The same run when it has ended. */
export function settledRun(index: number, now: number): RunRecord {
  const run = openRun(index, now - 60 * MINUTE_MS);
  const ending = {
    status: 'succeeded',
    reason: 'completed',
    message: '',
    result: RESULT,
    resultSource: 'webhook',
  } as const;
  return {
    ...run,
    state: 'settled',
    ending: { ...ending, artifacts: [], at: now },
    report: { ...run.report, shown: 'completed' },
  };
}

/** The task of the run with this number. */
export function taskIdOf(index: number): string {
  return uuid(1_000_000 + index);
}

function uuid(number: number): string {
  return `0d9ee1c4-7a52-4d0b-9a3f-${String(number).padStart(12, '0')}`;
}
