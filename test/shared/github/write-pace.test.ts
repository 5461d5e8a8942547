import { afterEach, expect, test } from '@jest/globals';
import { TryLater } from '../../../shared/ports/jobs.ts';
import { clockThatSkips, scriptedGitHub, type ScriptedGitHub } from './scripted-github.ts';

const THREAD = { owner: 'acme', repo: 'app', number: 7 };
const COMMENT = { id: 1, body: 'x', html_url: 'https://github.com/acme/app/issues/7#1', user: { login: 'a' } };

let github: ScriptedGitHub;
afterEach(async () => {
  await github.close();
});

async function start(rooms: number[], body: unknown = COMMENT): Promise<{ events: string[]; slept: number[] }> {
  const events: string[] = [];
  const slept: number[] = [];
  const writePace = {
    room: () => rooms.shift() ?? 0,
    wrote: () => void events.push('wrote'),
  };
  github = await scriptedGitHub([{ body }], { writePace, clock: clockThatSkips(slept) });
  return { events, slept };
}

test('a write waits until there is room, and is told', async () => {
  const { events, slept } = await start([20_000, 500]);
  await github.forge.createComment(THREAD, 'x');
  expect([events, slept, github.requests.length]).toEqual([['wrote'], [20_000, 500], 1]);
});

test('reading waits for nothing and is not told', async () => {
  const { events, slept } = await start([20_000], [COMMENT]);
  for await (const { id } of github.forge.listComments(THREAD)) expect(id).toBe(1);
  expect([events, slept, github.requests.length]).toEqual([[], [], 1]);
});

test('a write that would wait longer than a minute is given back to be done later, unsent', async () => {
  const { events } = await start([61_000]);
  const error: unknown = await github.forge.createComment(THREAD, 'x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TryLater);
  expect(error).toMatchObject({ delayMs: 61_000, holdsLane: true });
  expect([events, github.requests.length]).toEqual([[], 0]);
});
