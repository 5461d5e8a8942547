import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Thread } from '../../shared/model/thread.ts';
import { aRun, aTrigger } from './records.ts';

export const THREAD: Thread = { owner: 'acme', repo: 'app', number: 7 };

interface RunOptions {
  readonly thread?: Thread;
  readonly login?: string;
  readonly position?: number;
  readonly source?: string;
}

/** A run of {@link THREAD} with a source of its own, unless it says otherwise. */
export function runOf(id: string, options: RunOptions = {}, changes: Partial<RunRecord> = {}): RunRecord {
  const { thread = THREAD, login = 'ada', position = 0, source = `source-${id}` } = options;
  const trigger = aTrigger({ thread, repository: thread, sourceId: source, sender: { login, type: 'User' } });
  const run = aRun({ id, trigger, ...changes });
  return { ...run, command: { ...run.command, position } };
}
