import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect, sweepingOver, type Connection } from '../../../app/rebyte/connections.ts';
import { startRebyte, type Fault, type Rebyte } from '../../../emulator/rebyte/index.ts';
import type { AgentPort } from '../../../shared/ports/agent.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { realClock } from '../../support/real-clock.ts';

let rebyte: Rebyte;
let connections: ReadonlyMap<string, Connection>;
let requests: string[];
beforeEach(async () => {
  rebyte = await startRebyte();
  requests = [];
  connections = connect({
    settings: { apiKeys: new Map([['', 'rbk_localhost']]), webhookSecret: 'secret', rebyteApiUrl: rebyte.url },
    clock: realClock,
    log: keepingLog(),
    mask: (text) => text,
    onCall: ({ method, path }) => requests.push(`${method} ${path.replace(/.*\//, '')}`),
  });
});
afterEach(async () => {
  for (const { close } of connections.values()) await close();
  await rebyte.close();
});

/** What a look at a run that has ended asks. */
async function look(agent: AgentPort, taskId: string, workspaceId: string): Promise<string | undefined> {
  await agent.getTask(taskId);
  const result = await agent.resultOf(taskId).catch(() => undefined);
  await agent.artifacts(workspaceId).catch(() => undefined);
  return result?.text;
}

describe('of a task that has ended', () => {
  let taskId: string;
  let workspaceId: string;
  beforeEach(async () => {
    rebyte.control.faults.add({ kind: 'result', how: 'missing' });
    const { agent } = connections.get('')!.sweeper;
    const task = await agent.createTask({ prompt: 'demo: result' });
    [taskId, workspaceId] = [task.taskId, task.workspaceId!];
    await agent.resultOf(taskId);
    requests.length = 0;
  });

  const path = (last: string) => `/v1/tasks/*/${last}`;
  const refused = (status: number, last: string): Fault => ({ kind: 'respond', status, path: path(last), times: -1 });
  const outage: Fault = { kind: 'respond', status: 503, path: '/v1/*/artifacts', times: -1 };
  test.each<readonly [string, readonly Fault[], number]>([
    ['there is no text', [], 4],
    ['there is neither a stream nor a text', [refused(404, 'events'), refused(404, 'content')], 5],
    ['nothing but the status can be had', [refused(503, 'events'), refused(503, 'content'), outage], 9],
  ])('the sweep asks little, and counts it, when %s', async (_, faults, most) => {
    rebyte.control.faults.add(...faults);
    const { agentFor, requests: counted } = sweepingOver(connections);
    const before = counted();
    expect((await look(agentFor('anybody')!, taskId, workspaceId)) ?? '').toBe('');
    expect(requests.length).toBeLessThanOrEqual(most);
    expect(counted() - before).toBe(requests.length);
  });
});

test('what others ask does not count as the sweep’s', async () => {
  const { requests: counted } = sweepingOver(connections);
  await connections.get('')!.agent.getTask('c0ffee00-0000-4000-8000-000000000000');
  expect([requests.length, counted()]).toEqual([1, 0]);
});
