import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type Logger } from 'pino';
import type { Job } from '../shared/ports/jobs.ts';
import type { LogPort } from '../shared/ports/log.ts';
import type { LogLevel } from './settings.ts';

export interface AppLogOptions {
  readonly level: LogLevel;
  readonly mask: (text: string) => string;
  /** Takes finished lines. */
  readonly write: (line: string) => void;
}

/** What the lines of the job under way carry, whoever writes them. */
const jobFields = new AsyncLocalStorage<Readonly<Record<string, string>>>();

/** Does the job; every line that is written meanwhile, also about a call that it makes, says whose it is. */
export async function underItsName(job: Job, work: (job: Job) => Promise<void>): Promise<void> {
  await jobFields.run(logFieldsOf(job), async () => await work(job));
}

/** One JSON object per line. Everybody writes through it, Probot and Octokit too, so what is masked here is masked. */
export function createAppLog({ level, mask, write }: AppLogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: (_line, _level, writer) => fieldsBeside(writer.bindings()),
    },
    { write: (line) => write(mask(line)) },
  );
}

/** A field that the writer has of its own would stand there twice. */
function fieldsBeside(own: Readonly<Record<string, unknown>>): object {
  const fields = Object.entries(jobFields.getStore() ?? {});
  return Object.fromEntries(fields.filter(([name]) => !Object.hasOwn(own, name)));
}

/** The use-cases' log; `fields` stand in every line. */
export function logPortOver(logger: Logger, fields: Readonly<Record<string, string>> = {}): LogPort {
  const child = logger.child(fields);
  return {
    debug: (message) => child.debug(message),
    info: (message) => child.info(message),
    // Worth a look and nothing is wrong: pino has no level between info and warn.
    notice: (message) => child.info(message),
    warning: (message) => child.warn(message),
    error: (message) => child.error(message),
  };
}

/** What tells a job's lines from those of others: its run, else the delivery that it came from. */
export function logFieldsOf(job: Job): Readonly<Record<string, string>> {
  switch (job.kind) {
    case 'submit':
    case 'report':
      return { run: job.runId };
    case 'trigger':
      return { delivery: job.trigger.deliveryId };
    case 'thread_closed':
      return { delivery: job.closed.deliveryId };
    case 'notice':
      return { task: job.notice.taskId };
    default:
      return {};
  }
}
