import { Hono } from 'hono';
import type { Emulator } from '../emulator.ts';
import { finalResult, promptText } from '../prompt-run.ts';
import type { Task } from '../records.ts';
import { findTask } from '../tasks.ts';
import { taskStatus } from '../task-view.ts';
import { ApiError } from '../api-error.ts';
import type { Env } from './route.ts';

/** What a task's `url` and `shareUrl` lead to: plain text, as it shows what an agent wrote. */
export function pageRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/run/:id', async (c) => c.text(await pageOf(findTask(emulator, c.req.param('id')))));
  routes.get('/share/:id', async (c) => {
    const task = findTask(emulator, c.req.param('id'));
    if (task.visibility !== 'public') throw new ApiError('not_found', `no task ${task.id}`);
    return c.text(await pageOf(task));
  });
  return routes;
}

async function pageOf(task: Task): Promise<string> {
  const prompts = task.prompts.map(async (prompt) => {
    const parts = [`[${prompt.status}]`, await promptText(prompt), '---', await finalResult(prompt)];
    return parts.join('\n\n');
  });
  const head = `${task.title}\n${taskStatus(task)} · ${task.executor} · ${task.createdAt.toISOString()} · Rebyte on localhost`;
  return [head, ...(await Promise.all(prompts))].join('\n\n========\n\n');
}
