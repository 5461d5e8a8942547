import type { TaskContent, TaskSummary } from './contract.ts';

/** How many tasks one search reads the prompts of, at most. */
export const MAX_TASKS_READ = 100;
/** So many tasks in a row that show no prompts, and none that does: the server has no such endpoint. */
const MAX_UNREADABLE = 5;
/** The server's clock and ours may differ. */
const CLOCK_SKEW_MS = 10 * 60_000;

export interface SoughtPrompt {
  /** Stands in the prompt that is looked for, and in no other. */
  readonly text: string;
  /** Milliseconds since the epoch; tasks made before it, less a clock's error, are not meant. */
  readonly since: number;
  /** For looking again and again: the tasks that were read and are not meant. Filled here, and not read again. */
  readonly others?: Set<string> | undefined;
}

/** `unsearchable`: the server shows no prompt texts, so that no further look will tell either. */
export type Search<T> = T | 'none' | 'unsearchable';

/** What a search stands on. */
export interface SearchedTasks {
  readonly list: () => AsyncIterable<TaskSummary>;
  readonly content: (taskId: string) => Promise<TaskContent | undefined>;
  readonly onWarning: (message: string) => void;
}

/** The newest task with a prompt that holds the text. A search that {@link MAX_TASKS_READ} ends says so as a warning. */
export async function findTask(tasks: SearchedTasks, sought: SoughtPrompt): Promise<Search<TaskSummary>> {
  const { text, since, others = new Set() } = sought;
  let read = 0;
  let unreadable = 0;
  for await (const task of tasks.list()) {
    if (Date.parse(task.createdAt) < since - CLOCK_SKEW_MS) break;
    if (others.has(task.id)) continue;
    if (read === MAX_TASKS_READ) {
      tasks.onWarning(
        `The search for a task ended after the newest ${read}, and older ones may fit: look at your tasks on Rebyte.`,
      );
      break;
    }
    read += 1;
    const own = promptIn(await tasks.content(task.id), text);
    if (typeof own === 'object') return task;
    if (own === 'none') others.add(task.id);
    else unreadable += 1;
    if (unreadable === read && read === MAX_UNREADABLE) break;
  }
  return unreadable > 0 && unreadable === read ? 'unsearchable' : 'none';
}

/** The prompt that holds the text; the newest, should there be several. Its id is '' where the server tells none. */
export function promptIn(content: TaskContent | undefined, text: string): Search<{ readonly promptId: string }> {
  if (content === undefined) return 'unsearchable';
  const found = content.prompts?.find(({ userPrompt }) => userPrompt?.includes(text));
  return found === undefined ? 'none' : { promptId: found.id ?? '' };
}
