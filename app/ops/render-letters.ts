import type { DeadLetter, Job } from '../../shared/ports/jobs.ts';

const MAX_ERROR_CHARS = 100;

/** A line for each letter, the oldest first. */
export function renderLetters(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'There are no dead letters.\n';
  return letters
    .map(({ id, job, attempts, error, at }) => {
      const what = `${new Date(at).toISOString()}  ${job.kind} of ${subjectOf(job)}, ${attempts} attempts`;
      return `${id}  ${what}\n    ${oneLine(error).slice(0, MAX_ERROR_CHARS)}\n`;
    })
    .join('');
}

/** All that is known of a letter. */
export function renderLetter(letter: DeadLetter): string {
  const { job, error, ...rest } = letter;
  // As JSON what strangers wrote cannot move the cursor or color the terminal.
  return `${JSON.stringify({ ...rest, at: new Date(letter.at).toISOString(), error, job }, undefined, 2)}\n`;
}

/** Whose job it is. */
function subjectOf(job: Job): string {
  switch (job.kind) {
    case 'trigger':
      return threadOf(job.trigger.thread);
    case 'thread_closed':
      return threadOf(job.closed.thread);
    case 'submit':
    case 'report':
      return `run ${job.runId}`;
    case 'notice':
      return `task ${oneLine(job.notice.taskId)}`;
    default:
      return 'the App';
  }
}

function threadOf({ owner, repo, number }: { owner: string; repo: string; number: number }): string {
  return `${owner}/${repo}#${number}`;
}

/** An error can quote what a stranger wrote. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
