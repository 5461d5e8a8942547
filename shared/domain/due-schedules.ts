import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import type { Schedule } from '../model/repository-config.ts';
import type { RepositoryName } from '../model/thread.ts';

/** Everybody writes `0 3 * * *`; each schedule starts up to so much later, always by the same amount. */
const MAX_JITTER_MS = 5 * 60_000;

/**
 * The first moment after `after` at which a schedule is to run. It moves with daylight saving: a time that the clocks
 * skip runs at the next one that exists, a time that they repeat runs once.
 *
 * @param repository varies the jitter, so that one file extended by a hundred repositories does not start them at once.
 * @throws RangeError for a schedule that never runs; {@link scheduleProblem} finds those beforehand.
 */
export function nextRun(
  schedule: Pick<Schedule, 'name' | 'cron' | 'timezone'>,
  after: Date,
  repository: RepositoryName,
): Date {
  const jitter = jitterMs(`${repository.owner}/${repository.repo}#${schedule.name}`.toLowerCase());
  const slot = parse(schedule).nextRun(new Date(after.getTime() - jitter));
  if (slot === null) throw new RangeError(`The schedule "${schedule.name}" (${schedule.cron}) never runs again.`);
  return new Date(slot.getTime() + jitter);
}

/** What is wrong with a cron expression or time zone; undefined when they can be used. */
export function scheduleProblem({ cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>): string | undefined {
  if (!isTimeZone(timezone)) return `"${timezone}" is no time zone. Write an IANA name like Europe/Berlin, or UTC.`;
  const remedy = 'Write five fields: minute, hour, day of month, month, day of week, e.g. "0 3 * * 1-5".';
  // `?` means the moment at which it is read, which differs from one reading to the next.
  if (cron.includes('?')) return `"${cron}" has a \`?\`. ${remedy}`;
  try {
    if (parse({ cron, timezone }).nextRun() === null) return `"${cron}" names a day that never comes. ${remedy}`;
  } catch {
    return `"${cron}" is no cron expression. ${remedy}`;
  }
  return undefined;
}

function parse({ cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>): Cron {
  return new Cron(cron, { paused: true, mode: '5-part', timezone });
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    // A RangeError is Intl's way to say no.
    return false;
  }
}

function jitterMs(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % (MAX_JITTER_MS + 1);
}
