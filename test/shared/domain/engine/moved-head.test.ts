import { describe, expect, test } from '@jest/globals';
import { reportRun } from '../../../../shared/domain/engine/report-run.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import type { Command } from '../../../../shared/model/command.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import { aTrigger } from '../../../support/records.ts';
import { accept, createRunWorld, runOf, type RunWorld } from './run-world.ts';

const ASKED = 'a'.repeat(40);
const NOW = 'b'.repeat(40);
const TELL = undefined;
const REFUSE = 'on-moved-head: refuse';

interface Given {
  readonly config: string | undefined;
  readonly verb: Command['verb'];
  /** Head when the command was given. Default {@link ASKED}; null: GitHub did not show it. */
  readonly asked?: string | null;
}

/** A command on a pull request whose head is {@link NOW}, before anything is sent. */
async function given({ config, verb, asked = ASKED }: Given): Promise<RunWorld> {
  const world = createRunWorld(config);
  world.github.pull = { ...world.github.pull, headSha: NOW };
  await accept(world, {
    trigger: aTrigger({ isPullRequest: true }),
    command: { position: 0, verb, prompt: '', flags: {} },
    ...(asked !== null && { headSha: asked }),
  });
  return world;
}

async function submitted(what: Given): Promise<RunWorld> {
  const world = await given(what);
  await submitRun(world.engine, 'run-1');
  return world;
}

describe('a head that moved before the task starts', () => {
  test.each(['run', 'ask', 'review', 'fix'] as const)('is said of %s where nothing else is set', async (verb) => {
    const world = await submitted({ config: TELL, verb });
    expect(await runOf(world)).toMatchObject({
      state: 'running',
      notes: [`Before the task started, the pull request's head had moved to ${NOW}; this was asked for at ${ASKED}.`],
    });
  });

  test('does not change what the agent works on, and the agent knows of it', async () => {
    const world = await submitted({ config: TELL, verb: 'review' });
    const { prompt } = world.rebyte.task('task-1').request;
    expect(prompt).toContain(`at ${ASKED}; since the command it has moved to ${NOW}`);
    expect(prompt).toContain(`git fetch origin ${ASKED} && git checkout --detach ${ASKED}`);
  });

  test.each(['review', 'fix'] as const)('keeps %s from starting where that is set', async (verb) => {
    const world = await submitted({ config: REFUSE, verb });
    const { ending } = await runOf(world);
    expect(ending).toMatchObject({ status: 'refused', reason: 'head_moved' });
    expect(ending?.message).toContain(`has moved from ${ASKED} to ${NOW}`);
    expect(world.rebyte.calls).toEqual([]);
  });

  test('is told in the thread with what to do', async () => {
    const world = await submitted({ config: REFUSE, verb: 'fix' });
    await reportRun(world.engine, 'run-1');
    expect(world.github.comments[0]?.body).toMatch(
      /Not started[^]*has moved[^]*\*\*Next:\*\*[^]*give the command again/,
    );
  });

  test.each(['run', 'ask'] as const)('does not keep %s from starting', async (verb) => {
    expect(await runOf(await submitted({ config: REFUSE, verb }))).toMatchObject({ state: 'running' });
  });
});

describe('where the configuration refuses a moved head', () => {
  test('one that stayed lets the task start, and nothing is said', async () => {
    const world = await submitted({ config: REFUSE, verb: 'fix', asked: NOW });
    expect(await runOf(world)).toMatchObject({ state: 'running', notes: [] });
  });

  test('one that was not known when the command was given counts as moved', async () => {
    const world = await submitted({ config: REFUSE, verb: 'review', asked: null });
    const { ending } = await runOf(world);
    expect(ending).toMatchObject({ reason: 'head_moved', message: expect.stringContaining('GitHub did not show') });
    expect(world.rebyte.calls).toEqual([]);
  });

  test.each([
    ['for good', 403, { reason: 'github_failed' }],
    ['for now', 502, undefined],
  ])('one that cannot be read now, %s, starts nothing', async (_, status, ending) => {
    const world = await given({ config: REFUSE, verb: 'review' });
    world.github.getPullRequest = async () =>
      await Promise.reject(new ForgeError('no answer', { method: 'GET', path: '/pulls/7', status }));
    await submitRun(world.engine, 'run-1').catch((error: unknown) => expect(error).toBeInstanceOf(ForgeError));
    expect(world.rebyte.calls).toEqual([]);
    const run = await runOf(world);
    if (ending === undefined) expect(run.state).toBe('acknowledged');
    else expect(run.ending).toMatchObject(ending);
  });
});
