import type { Search } from './find-own-task.ts';
import { LOOK_FOR_MS, lookAgain } from './look-again.ts';
import type { Interruption } from '../interruption.ts';
import { Refusal } from '../refusal.ts';
import { messageOf } from '../../shared/model/message-of.ts';
import type { LogPort } from '../../shared/ports/log.ts';

/** The request left and no answer came. What it made is looked for; it is never sent a second time. */
export async function settleDoubt<T extends object>(
  { log, interruption }: { readonly log: LogPort; readonly interruption: Interruption },
  error: unknown,
  look: () => Promise<Search<T>>,
): Promise<T> {
  const cause = messageOf(error);
  log.warning(`It is not known whether the task was created (${cause}). Looking for it …`);
  const found = await lookAgain(look, {
    forMs: LOOK_FOR_MS,
    until: [interruption.late, interruption.overtime],
    onError: (failure) => log.debug(`Looking for the task failed: ${messageOf(failure)}`),
  });
  if (found !== undefined) return found;
  throw new Refusal('submit_in_doubt', `It is not known whether the task was created: ${cause}`, { cause: error });
}
