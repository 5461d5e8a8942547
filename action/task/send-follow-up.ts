import { findOwnPrompt, type Search } from './find-own-task.ts';
import { settleDoubt } from './settle-doubt.ts';
import { findComputer, uploadAll, type Desk, type FollowUp, type KnownTask, type ObtainedTask } from './submit-task.ts';
import { mayHaveHappened, type Task } from '../../shared/rebyte/index.ts';

/** Sends a follow-up to a task that exists. Where it works is known to the caller or to nobody. */
export async function sendFollowUp(desk: Desk, request: FollowUp, known: KnownTask): Promise<ObtainedTask> {
  const { client, interruption } = desk;
  const { taskId, workspaceId = '' } = known;
  const task = await client.tasks.get(taskId, { signal: interruption.signal });
  const files = await uploadAll(desk, request.files);
  interruption.signal.throwIfAborted();
  desk.onSubmitting({ taskId, taskUrl: task.url });
  const body = {
    prompt: request.prompt,
    ...(request.skills.length === 0 ? {} : { skills: [...request.skills] }),
    ...(files.length === 0 ? {} : { files }),
  };
  const { url: taskUrl } = task;
  try {
    const { promptId } = await client.prompts.create(taskId, body, { signal: interruption.late });
    return { taskId, taskUrl, workspaceId, promptId };
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const { promptId } = await settleDoubt(desk, error, () => findNewPrompt(desk, task, request.runReference));
    return { taskId, taskUrl, workspaceId, promptId };
  }
}

/** Our prompt by its text; where Rebyte shows none, by its being new, which the documented list of prompts tells. */
async function findNewPrompt(
  { client, interruption }: Desk,
  before: Task,
  runReference: string,
): Promise<Search<{ readonly promptId: string }>> {
  const signal = interruption.late;
  const own = await findOwnPrompt(client, before.id, { runReference, signal });
  if (own !== 'unsearchable') return own;
  const { prompts } = await client.tasks.get(before.id, { signal });
  const added = prompts.find(({ id }) => !before.prompts.some((old) => old.id === id));
  return added === undefined ? 'none' : { promptId: added.id };
}

/** The id of an Agent Computer that exists, '' for one that does not: a follow-up makes none. */
export async function computerId({ client, interruption }: Desk, computer: string): Promise<string> {
  if (computer === '') return '';
  return (await findComputer(client, computer, interruption.signal))?.id ?? '';
}
