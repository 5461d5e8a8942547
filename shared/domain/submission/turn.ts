import type { RunRecord } from '../../model/run-record.ts';
import type { Store } from '../../ports/store.ts';

/** Has its prompt not reached Rebyte yet, as far as we know? */
export function isUnsent({ state }: RunRecord): boolean {
  return state !== 'running' && state !== 'settled';
}

/**
 * Must the run wait for an earlier one of its thread? Prompts leave in the order they were asked for, and a follow-up
 * waits until its task is free; `--new` needs no free task. Schedules have no thread to wait in.
 */
export async function mustWait(store: Store, run: RunRecord): Promise<boolean> {
  if (run.target.kind !== 'thread') return false;
  const { thread } = run.trigger;
  const open = (await store.openInThread(thread)).filter(({ target }) => target.kind === 'thread');
  const earlier = open.slice(
    0,
    Math.max(
      0,
      open.findIndex(({ id }) => id === run.id),
    ),
  );
  if (earlier.some(isUnsent)) return true;
  if (earlier.length === 0 || run.command.flags.new === true) return false;
  const conversation = await store.conversation(thread);
  return earlier.some(({ taskId }) => conversation === undefined || taskId === conversation.taskId);
}
