import { Hono } from 'hono';
import { type Emulator, inBackground } from '../emulator.ts';
import type { Task } from '../records.ts';
import type { CreatePromptBody, CreateTaskBody, VisibilityBody } from '../requests.ts';
import { cancelTask, createTask, deleteTask, findTask, followUp } from '../tasks.ts';
import { taskStatus, taskSummary, taskUrl, taskView } from '../task-view.ts';
import { contentResponse } from './content.ts';
import { streamEvents } from './event-stream.ts';
import { type Env, jsonBody, paged, pageOf } from './route.ts';

export function taskRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();
  const task = (id: string): Task => findTask(emulator, id);

  routes.post('/tasks', async (c) => {
    const body = await emulator.contract.body<CreateTaskBody>({ path: '/tasks', method: 'post' }, await jsonBody(c));
    // Not tied to the connection: who hangs up while the VM is provisioned still gets a task, and pays for it.
    const creating = createTask(emulator, body);
    inBackground(emulator, 'POST /tasks', creating);
    return c.json(createdView(emulator, await creating), 201);
  });

  routes.get('/tasks', (c) => {
    const visible = [...emulator.tasks.values()].filter(({ deleted }) => !deleted);
    return c.json(paged(visible, pageOf(c), (item) => taskSummary(emulator, item)));
  });

  routes.get('/tasks/:id', (c) => c.json(taskView(emulator, task(c.req.param('id')))));

  routes.delete('/tasks/:id', (c) => {
    deleteTask(emulator, task(c.req.param('id')));
    return c.body(null, 204);
  });

  routes.post('/tasks/:id/prompts', async (c) => {
    const target = task(c.req.param('id'));
    const place = { path: '/tasks/{taskId}/prompts', method: 'post' } as const;
    const body = await emulator.contract.body<CreatePromptBody>(place, await jsonBody(c));
    const submitting = followUp(emulator, target, body);
    inBackground(emulator, 'POST /tasks/:id/prompts', submitting);
    return c.json({ promptId: (await submitting).id }, 201);
  });

  routes.post('/tasks/:id/cancel', async (c) => {
    const target = task(c.req.param('id'));
    const canceledPrompts = await cancelTask(target);
    return c.json({ id: target.id, status: canceledPrompts > 0 ? 'canceled' : taskStatus(target), canceledPrompts });
  });

  routes.patch('/tasks/:id/visibility', async (c) => {
    const target = task(c.req.param('id'));
    const place = { path: '/tasks/{taskId}/visibility', method: 'patch' } as const;
    const { visibility } = await emulator.contract.body<VisibilityBody>(place, await jsonBody(c));
    target.visibility = visibility;
    const shared = visibility === 'public' ? { shareUrl: `${emulator.origin}/share/${target.id}` } : {};
    return c.json({ visibility, ...shared });
  });

  routes.get('/tasks/:id/events', (c) => streamEvents(emulator, task(c.req.param('id')), c.env.outgoing));

  routes.get('/tasks/:id/content', (c) =>
    contentResponse(task(c.req.param('id')), c.req.query('include') === 'events'),
  );
  return routes;
}

function createdView(emulator: Emulator, task: Task): object {
  return {
    id: task.id,
    workspaceId: task.workspace.id,
    url: taskUrl(emulator, task),
    status: taskStatus(task),
    createdAt: task.createdAt.toISOString(),
  };
}
