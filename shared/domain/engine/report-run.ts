import type { Engine } from './engine.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { ForgeError } from '../../ports/forge-error.ts';
import type { Forge } from '../../ports/forge.ts';
import { TryLater } from '../../ports/jobs.ts';
import { isLastingFailure } from '../lasting-failure.ts';
import { reportNoteOf, type ReportNote } from '../showing/report-note.ts';
import { reportOfRun } from '../showing/report-of-run.ts';
import { showCheck } from '../showing/show-check.ts';
import { showComment } from '../showing/show-comment.ts';
import { showInIssue } from '../showing/show-in-issue.ts';
import { mustWait } from '../submission/turn.ts';

/**
 * Brings what GitHub shows of a run up to date: one comment, created once and edited in place, a check run where config
 * wants one, a reaction at the end; for a schedule its rolling issue. Shows the state of now, whatever it was asked for,
 * and writes nothing when that is shown already.
 *
 * @throws TryLater while the installation's writes are needed for what matters more: the later, the fewer states are told;
 * and when somebody else reports the run
 */
export async function reportRun(engine: Engine, runId: string): Promise<void> {
  const run = await engine.store.get(runId);
  if (run === undefined) return;
  const shown = stateToShow(run);
  if (run.report.shown === shown) return;
  const entry = engine.pace?.enter(run.trigger.installationId, run.state === 'settled' ? 'final' : 'progress');
  if (entry?.kind === 'wait') {
    // The runs of a schedule share an issue: a later one must not be shown before this one.
    const holdsLane = run.target.kind === 'rolling_issue';
    throw new TryLater("Other writes come first, or GitHub's limit would be passed.", entry.ms, { holdsLane });
  }
  try {
    const note = reportNoteOf(engine.store, run);
    await show(engine, run, note);
    await note.write({ ...note.known(), shown });
  } finally {
    entry?.leave();
  }
}

async function show(engine: Engine, run: RunRecord, note: ReportNote): Promise<void> {
  const forge = await engine.forgeFor(run.trigger.installationId);
  if (run.target.kind === 'rolling_issue') await showInIssue(engine, forge, run);
  else await showInThread(engine, forge, { run, note });
}

function stateToShow({ state, ending, shareUrl = '' }: RunRecord): string {
  const standing = ending?.reason ?? (state === 'running' ? 'running' : 'queued');
  return `${standing} ${shareUrl}`.trim();
}

async function showInThread(
  engine: Engine,
  forge: Forge,
  { run, note }: { run: RunRecord; note: ReportNote },
): Promise<void> {
  const notes = await notesAtTheEnd(engine, forge, run);
  const message = await waitingMessage(engine, run);
  const report = reportOfRun(run, { mask: engine.mask, notes, ...(message !== undefined && { message }) });
  try {
    await showComment(engine, forge, { run, report, note });
  } catch (error) {
    if (!isGone(error)) throw error;
    engine.log({ run: run.id }).warning(`The thread is gone, so nobody can be told: ${error.message}`);
    return;
  }
  await orWarn(engine, run, async () => await showCheck(engine, forge, { run, report, note }));
  await orWarn(engine, run, async () => await react(forge, run));
}

async function waitingMessage({ store }: Engine, run: RunRecord): Promise<string | undefined> {
  if (run.state === 'settled' || run.state === 'running' || run.state === 'submitting') return undefined;
  return (await mustWait(store, run)) ? 'It starts when the run before it in this thread has ended.' : undefined;
}

/** Says so when the pull request has moved on since it was asked for; the result may be about what is no more. */
async function notesAtTheEnd(engine: Engine, forge: Forge, run: RunRecord): Promise<readonly string[]> {
  const { ending, headSha, trigger } = run;
  if (ending === undefined || headSha === undefined || run.taskId === undefined) return [];
  const notes: string[] = [];
  await orWarn(engine, run, async () => {
    const now = (await forge.getPullRequest(trigger.thread)).headSha;
    if (now !== headSha) notes.push(`The pull request's head is ${now} now; this was asked for at ${headSha}.`);
  });
  return notes;
}

async function react(forge: Forge, { trigger, ending }: RunRecord): Promise<void> {
  if (ending === undefined || trigger.reactTo === undefined) return;
  const content = ending.status === 'succeeded' ? 'hooray' : 'confused';
  await forge.react({ ...trigger.repository, ...trigger.reactTo }, content);
}

/** What only decorates the report must not keep it from being shown; what passes is tried again with the report. */
async function orWarn(engine: Engine, run: RunRecord, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isLastingFailure(error)) throw error;
    engine.log({ run: run.id }).warning(`Not shown on GitHub: ${error.message}`);
  }
}

function isGone(error: unknown): error is ForgeError {
  return error instanceof ForgeError && (error.status === 404 || error.status === 410);
}
