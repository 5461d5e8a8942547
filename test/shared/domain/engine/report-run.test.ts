import { describe, expect, test } from '@jest/globals';
import type { Engine } from '../../../../shared/domain/engine/engine.ts';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { reportRun } from '../../../../shared/domain/engine/report-run.ts';
import { settleRunAs } from '../../../../shared/domain/engine/settle-run-as.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import type { RunRecord } from '../../../../shared/model/run-record.ts';
import type { Thread } from '../../../../shared/model/thread.ts';
import { ForgeError, WriteInDoubtError } from '../../../../shared/ports/forge-error.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import {
  accept,
  aNotice,
  createRunWorld,
  KEY,
  killedAt,
  reportInTime,
  runOf,
  work,
  type RunWorld,
} from './run-world.ts';

const PULL = aTrigger({ isPullRequest: true });
const SCHEDULED = aTrigger({ kind: 'schedule', thread: { owner: 'acme', repo: 'app', number: 0 }, url: '' });
const NIGHTLY = { kind: 'rolling_issue' as const, schedule: 'nightly', title: 'Nightly care', labels: ['rebyte'] };

function comment(world: RunWorld): string {
  expect(world.github.comments).toHaveLength(1);
  return world.github.comments[0]!.body;
}

async function told(world: RunWorld, changes: Partial<RunRecord> = {}): Promise<void> {
  await accept(world, changes);
  await reportRun(world.engine, 'run-1');
  await submitRun(world.engine, 'run-1');
  await work(world);
}

async function ended(world: RunWorld, result = 'All green.'): Promise<void> {
  world.time.now += 65_000;
  await handleNotice(world.engine, 'acme', aNotice(world, { result }));
  await work(world);
}

/** What is created from now on leaves a minute later. */
function waitsForLimits({ github, time }: RunWorld): void {
  const createComment = github.createComment.bind(github);
  github.createComment = async (...args) => {
    time.now += 60_000;
    return await createComment(...args);
  };
  const createIssue = github.createIssue.bind(github);
  github.createIssue = async (...args) => {
    time.now += 60_000;
    return await createIssue(...args);
  };
}

/** The engine of a process that is killed when GitHub has created the comment, before it hears of it. */
function killedAtCreation({ engine, github }: RunWorld): Engine {
  const forge = new Proxy(github, {
    get: (target, name): unknown => {
      if (name !== 'createComment') return Reflect.get(target, name, target);
      return async (thread: Thread, body: string) => {
        await target.createComment(thread, body).catch(() => undefined);
        throw new Error('killed');
      };
    },
  });
  return { ...engine, forgeFor: async () => await Promise.resolve(forge) };
}

describe('the comment of a run', () => {
  test('is created once and edited twice, with one reaction, and nothing is read to create it', async () => {
    const world = createRunWorld();
    let listed = 0;
    const list = world.github.listComments.bind(world.github);
    world.github.listComments = (thread) => {
      listed += 1;
      return list(thread);
    };
    await accept(world);
    await reportRun(world.engine, 'run-1');
    expect(listed).toBe(0);
    expect(comment(world)).toContain('Rebyte is getting ready');
    await submitRun(world.engine, 'run-1');
    await work(world);
    expect(comment(world)).toContain('[⚙️ Rebyte is working on it](https://rebyte.example/run/task-1)');
    await ended(world);
    expect(comment(world)).toMatch(/✅ Done[^]*All green\.[^]*1 min 5 s/);
    expect(world.github.writes).toEqual([
      'create comment 101',
      'update comment 101',
      'update comment 101',
      'react hooray',
    ]);
  });

  test('is not written again when it shows the state already', async () => {
    const world = createRunWorld();
    await told(world);
    await ended(world);
    const { writes } = world.github;
    const before = writes.length;
    await reportRun(world.engine, 'run-1');
    expect(writes).toHaveLength(before);
  });

  test('says who asked for what, and links to where', async () => {
    const world = createRunWorld();
    await told(world);
    await ended(world);
    expect(comment(world)).toContain('| Asked by | `ada` (`write`) |');
    expect(comment(world)).toContain('(https://github.com/acme/app/issues/7#issuecomment-501)');
  });

  test('shows the beginning of the hash of the delivered text, and of what is tried again where it stood', async () => {
    const sha256 = '0123456789abcdef'.repeat(4);
    const shown = async (url: string): Promise<string> => {
      const world = createRunWorld();
      await accept(world, { source: { url, sha256 } });
      await reportRun(world.engine, 'run-1');
      return comment(world);
    };
    expect(await shown(aTrigger().url)).toContain('| Command | SHA-256 `0123456789ab` |');
    expect(await shown('https://github.com/c')).toContain(
      '| Command | SHA-256 `0123456789ab` of [what is tried again](https://github.com/c) |',
    );
  });

  test('says that it waits for the run before it', async () => {
    const world = createRunWorld();
    await accept(world, { id: 'run-0' });
    await accept(world);
    await reportRun(world.engine, 'run-1');
    expect(comment(world)).toContain('when the run before it in this thread has ended');
  });

  test('says what went wrong and what to do in this thread, and is confused', async () => {
    const world = createRunWorld();
    const run = await accept(world);
    await settleRunAs(world.engine, run, { reason: 'timed_out_canceled', message: '' });
    await work(world);
    expect(comment(world)).toContain('longer than this repository allows');
    expect(comment(world)).toContain('`.github/rebyte.yml`');
    expect(comment(world)).not.toContain('on-timeout');
    expect([...world.github.reactions]).toEqual(['confused on comment 501']);
  });

  test('shows no secret and mentions nobody', async () => {
    const world = createRunWorld();
    await told(world);
    await ended(world, `@grace, closes #1: ${KEY}`);
    expect(comment(world)).not.toContain(KEY);
    expect(comment(world)).not.toMatch(/@grace|closes #1/);
  });

  test('is left alone when the thread is gone', async () => {
    const world = createRunWorld();
    const run = await accept(world);
    world.github.createComment = async () =>
      await Promise.reject(new ForgeError('Not Found', { method: 'POST', path: '/x', status: 404 }));
    await settleRunAs(world.engine, run, { reason: 'completed', message: '' });
    await work(world);
    expect(world.log.join('\n')).toContain('The thread is gone');
  });
});

describe('on a pull request', () => {
  test('a check on the commit that was asked for follows the run', async () => {
    const world = createRunWorld();
    await told(world, { trigger: PULL, headSha: 'c0ffee' });
    expect(world.github.checks).toMatchObject([{ sha: 'c0ffee', name: 'Rebyte', status: 'in_progress' }]);
    await ended(world);
    expect(world.github.checks).toMatchObject([{ status: 'completed', conclusion: 'success' }]);
    expect(world.github.checks[0]?.summary).toContain('All green.');
  });

  test('there is none where the config wants none', async () => {
    const world = createRunWorld('{"check": false}');
    await told(world, { trigger: PULL, headSha: 'c0ffee' });
    expect(world.github.checks).toEqual([]);
  });

  test('a check that GitHub refuses does not keep the comment from being written', async () => {
    const world = createRunWorld();
    world.github.checkError = new ForgeError('No checks: write.', { method: 'POST', path: '/x', status: 403 });
    await told(world, { trigger: PULL, headSha: 'c0ffee' });
    await ended(world);
    expect(comment(world)).toContain('✅ Done');
    expect(world.log.join('\n')).toContain('No checks: write.');
  });

  test('a head that has moved on is said', async () => {
    const world = createRunWorld();
    await told(world, { trigger: PULL, headSha: 'c0ffee' });
    world.github.pull = { ...world.github.pull, headSha: 'decaf' };
    await ended(world);
    expect(comment(world)).toContain('head is decaf now; this was asked for at c0ffee');
  });
});

describe('a schedule', () => {
  test('shows its result in one issue', async () => {
    const world = createRunWorld();
    await told(world, { trigger: SCHEDULED, target: NIGHTLY });
    expect(world.github.writes).toEqual([]);
    await ended(world);
    expect(world.github.issues).toMatchObject([{ title: 'Nightly care', labels: ['rebyte'] }]);
    expect(world.github.issues[0]?.body).toContain('All green.');
    expect(world.github.comments).toEqual([]);
  });

  test('is silent when there was nothing to do', async () => {
    const world = createRunWorld();
    await told(world, { trigger: SCHEDULED, target: NIGHTLY });
    await ended(world, 'I looked.\n\nNOTHING_TO_DO');
    expect(world.github.issues).toEqual([]);
  });
});

describe.each(['before', 'after'] as const)('a process killed %s any call', (when) => {
  test('never writes a second comment or check, and in the end both show the end', async () => {
    async function story(): Promise<RunWorld> {
      const world = createRunWorld();
      const run = await accept(world, { trigger: PULL, headSha: 'c0ffee', check: true });
      await settleRunAs(world.engine, run, { reason: 'completed', message: '', result: 'All green.' });
      return world;
    }
    const calm = await story();
    const counted = killedAt(calm, Infinity, when);
    await work(calm, counted);
    for (let at = 1; at <= counted.calls(); at += 1) {
      const world = await story();
      await expect(work(world, killedAt(world, at, when))).rejects.toThrow();
      await work(world);
      expect(comment(world)).toContain('All green.');
      expect((await runOf(world)).report).toMatchObject({ commentId: 101, shown: 'completed' });
      expect([...world.github.reactions]).toEqual(['hooray on comment 501']);
      expect(world.github.checks).toMatchObject([{ status: 'completed', conclusion: 'success' }]);
    }
  });

  test.each(['kept', 'dropped'] as const)('nor does a creation whose answer was %s', async (fate) => {
    const world = createRunWorld();
    world.github.nextCreation = fate;
    await accept(world);
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow('reset');
    await reportInTime(world);
    expect(comment(world)).toContain('getting ready');
  });

  test('nor does a creation that GitHub was still at when its sender died, however long that had waited to send it', async () => {
    const world = createRunWorld();
    world.github.nextCreation = 'late';
    waitsForLimits(world);
    await accept(world);
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow('reset');
    world.time.now += 1_000;
    await expect(reportRun(world.engine, 'run-1')).rejects.toMatchObject({ delayMs: 15_000, holdsLane: true });
    world.time.now += 5_000;
    await expect(reportRun(world.engine, 'run-1')).rejects.toMatchObject({ delayMs: 10_000, holdsLane: true });
    world.github.land();
    await reportInTime(world);
    expect(comment(world)).toContain('getting ready');
  });

  test('nor an issue of a schedule that waited to be sent', async () => {
    const world = createRunWorld();
    const run = await accept(world, { trigger: SCHEDULED, target: NIGHTLY });
    await settleRunAs(world.engine, run, { reason: 'completed', message: '', result: 'All green.' });
    world.github.nextCreation = 'late';
    waitsForLimits(world);
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow(TryLater);
    world.github.land();
    await reportInTime(world);
    expect(world.github.issues).toHaveLength(1);
  });

  test('nor a comment in place of one that was deleted', async () => {
    const world = createRunWorld();
    await accept(world);
    await reportRun(world.engine, 'run-1');
    world.github.comments = [];
    await world.store.update('run-1', { state: 'running' });
    world.github.nextCreation = 'kept';
    await expect(reportRun(killedAtCreation(world), 'run-1')).rejects.toThrow('killed');
    await reportInTime(world);
    expect(comment(world)).toContain('working on it');
  });

  test('but one that GitHub refused is tried again at once', async () => {
    const world = createRunWorld();
    await accept(world);
    world.github.nextCreation = 'refused';
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow('not valid');
    await reportRun(world.engine, 'run-1');
    expect(comment(world)).toContain('getting ready');
  });

  test('but one that was not even sent is sent at once when its turn comes', async () => {
    const world = createRunWorld();
    await accept(world);
    const create = world.github.createComment.bind(world.github);
    world.github.createComment = async () => await Promise.reject(new TryLater('No room.', 90_000));
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow('No room.');
    world.github.createComment = create;
    await reportRun(world.engine, 'run-1');
    expect(comment(world)).toContain('getting ready');
  });

  test('nor a check, and of a clock that was set back meanwhile only the look is waited for', async () => {
    const world = createRunWorld();
    await accept(world, { trigger: PULL, headSha: 'c0ffee', check: true, state: 'running' });
    world.github.checkError = new WriteInDoubtError('reset', { method: 'POST', path: 'checks' });
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow('reset');
    world.github.checkError = undefined;
    world.time.now += 60_000;
    await expect(reportRun(world.engine, 'run-1')).rejects.toThrow(TryLater);
    world.time.now -= 3_600_000;
    await expect(reportRun(world.engine, 'run-1')).rejects.toMatchObject({ delayMs: 15_000 });
    await reportInTime(world);
    expect(world.github.checks).toHaveLength(1);
  });
});
