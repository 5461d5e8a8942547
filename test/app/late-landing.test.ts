import { expect, test } from '@jest/globals';
import { reportRun } from '../../shared/domain/engine/report-run.ts';
import type { Engine } from '../../shared/domain/engine/engine.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import { BOT } from '../shared/domain/fake-threads.ts';
import { accept, createRunWorld, runOf } from '../shared/domain/engine/run-world.ts';
import { scriptedGitHub, type Answer } from '../shared/github/scripted-github.ts';

const LIMITED: Answer = {
  status: 403,
  headers: { 'retry-after': '60' },
  body: { message: 'You have exceeded a secondary rate limit.' },
};

test('a comment whose request waited for a limit and then lost its answer is not created again', async () => {
  const world = createRunWorld();
  const clock: ClockPort = {
    ...world.engine.clock,
    sleep: async (ms) => {
      world.time.now += ms;
      await Promise.resolve();
    },
  };
  const landed = { id: 5, html_url: 'https://gh/5', user: { login: BOT } };
  const comments: unknown[] = [];
  const script: readonly Answer[] = [LIMITED, { cut: 'before' }, { body: [] }, { body: comments }, { body: landed }];
  const github = await scriptedGitHub(script, { clock, knownLogin: BOT, holder: 'app' });
  try {
    const engine: Engine = { ...world.engine, clock, forgeFor: async () => await Promise.resolve(github.forge) };
    await accept(world);
    await expect(reportRun(engine, 'run-1')).rejects.toThrow('may have been carried out');
    world.time.now += 1_000;
    await expect(reportRun(engine, 'run-1')).rejects.toMatchObject({ delayMs: 15_000 });
    comments.push({ ...landed, ...(github.requests[1]?.body as object) });
    world.time.now += 15_000;
    await reportRun(engine, 'run-1');
    expect(github.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'GET', 'PATCH']);
    expect((await runOf(world)).report).toMatchObject({ commentId: 5, shown: 'queued' });
  } finally {
    await github.close();
  }
});
