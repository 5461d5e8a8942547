import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { apiFailure, json, ScriptedServer, type Reply } from './scripted-server.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;

let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start()));
afterEach(() => server.close());

/** The list, newest first: one task a minute. */
function tasks(count: number): void {
  const all = Array.from({ length: count }, (_, age) => ({
    id: `t${age}`,
    url: `https://rebyte.example/run/t${age}`,
    createdAt: new Date(NOW - age * MINUTE_MS).toISOString(),
  }));
  server.on('GET /tasks', (res, seen) => {
    const query = new URL(seen.path, 'http://localhost').searchParams;
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    return json(200, { data: all.slice(offset, offset + limit), total: count, limit, offset })(res, seen);
  });
  for (const { id } of all) server.on(`GET /tasks/${id}/content`, prompts('something else'));
}

/** A task's prompts, newest first. */
function prompts(...texts: string[]): Reply {
  const ids = texts.map((userPrompt, age) => ({ id: `p${age}`, status: 'succeeded', userPrompt, response: null }));
  return json(200, { id: 't', status: 'completed', prompts: ids });
}

function reads(): number {
  return server.requests.filter(({ path }) => path.includes('/content')).length;
}

test('the task is found by any of its prompts', async () => {
  tasks(3);
  server.on('GET /tasks/t1/content', prompts('a follow-up', 'do it, ref-1'));
  const { tasks: api } = server.client();
  expect(await api.findByPrompt({ text: 'ref-1', since: NOW })).toMatchObject({ id: 't1' });
  expect(await api.findPrompt('t1', 'ref-1')).toEqual({ promptId: 'p1' });
  expect(await api.findByPrompt({ text: 'ref-2', since: NOW })).toBe('none');
});

test('tasks that are older than what is looked for are not read, but for a difference of clocks', async () => {
  tasks(60);
  expect(await server.client().tasks.findByPrompt({ text: 'ref-1', since: NOW })).toBe('none');
  expect(reads()).toBe(11);
});

test('more than twenty tasks may lie before it', async () => {
  tasks(60);
  server.on('GET /tasks/t50/content', prompts('ref-1'));
  const sought = { text: 'ref-1', since: NOW - 45 * MINUTE_MS };
  expect(await server.client().tasks.findByPrompt(sought)).toMatchObject({ id: 't50' });
});

test('a search ends after a hundred tasks, and says so; the next one goes on behind them', async () => {
  tasks(130);
  server.on('GET /tasks/t120/content', prompts('ref-1'));
  const client = server.client();
  const sought = { text: 'ref-1', since: 0, others: new Set<string>() };
  expect(await client.tasks.findByPrompt(sought)).toBe('none');
  expect(reads()).toBe(100);
  expect(client.warnings).toEqual([expect.stringContaining('ended after the newest 100')]);
  expect(await client.tasks.findByPrompt(sought)).toMatchObject({ id: 't120' });
  expect(reads()).toBe(121);
});

test('a search that is complete warns of nothing', async () => {
  tasks(100);
  const client = server.client();
  expect(await client.tasks.findByPrompt({ text: 'ref-1', since: 0 })).toBe('none');
  expect(client.warnings).toEqual([]);
});

test('where the server shows no prompts, few are asked for and nothing is guessed', async () => {
  tasks(30);
  for (let age = 0; age < 30; age += 1) server.on(`GET /tasks/t${age}/content`, apiFailure(404, 'not_found'));
  const { tasks: api } = server.client();
  expect(await api.findByPrompt({ text: 'ref-1', since: 0 })).toBe('unsearchable');
  expect(await api.findPrompt('t0', 'ref-1')).toBe('unsearchable');
  expect(reads()).toBe(6);
});

test('a task that is gone meanwhile does not end the search', async () => {
  tasks(3);
  server.on('GET /tasks/t0/content', apiFailure(404, 'not_found'));
  server.on('GET /tasks/t2/content', prompts('ref-1'));
  expect(await server.client().tasks.findByPrompt({ text: 'ref-1', since: NOW })).toMatchObject({ id: 't2' });
});
