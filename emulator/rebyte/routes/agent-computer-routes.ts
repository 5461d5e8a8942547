import { Hono } from 'hono';
import { createComputer, findComputer } from '../agent-computers.ts';
import type { Emulator } from '../emulator.ts';
import type { CreateAgentComputerBody } from '../requests.ts';
import { computerView, taskStatus, taskSummary } from '../task-view.ts';
import { type Env, jsonBody, paged, pageOf } from './route.ts';

const RECENT_TASKS = 10;

export function agentComputerRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/agent-computers', async (c) => {
    const place = { path: '/agent-computers', method: 'post' } as const;
    const body = await emulator.contract.body<CreateAgentComputerBody>(place, await jsonBody(c));
    return c.json(computerView(emulator, await createComputer(emulator, body)), 201);
  });

  routes.get('/agent-computers', (c) =>
    c.json(paged([...emulator.computers.values()], pageOf(c), (computer) => computerView(emulator, computer))),
  );

  routes.get('/agent-computers/:id', (c) => {
    const computer = findComputer(emulator, c.req.param('id'));
    const tasks = [...emulator.tasks.values()].filter(
      ({ workspace, deleted }) => workspace === computer.workspace && !deleted,
    );
    const recentTasks = tasks
      .slice(-RECENT_TASKS)
      .toReversed()
      .map((task) => ({ ...taskSummary(emulator, task), status: taskStatus(task) }));
    return c.json({ ...computerView(emulator, computer), taskCount: tasks.length, recentTasks });
  });
  return routes;
}
