import { describe, expect, test } from '@jest/globals';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import type { RunEnding } from '../../../../shared/model/run-record.ts';
import { AgentRefusal } from '../../../../shared/ports/agent.ts';
import type { NoteStore } from '../../../../shared/ports/store.ts';
import { aTrigger } from '../../../support/records.ts';
import { createWorld, earlierRun, NOW } from '../intake/world.ts';
import { openRuns } from '../../../support/open-runs.ts';

const FAILED: RunEnding = { status: 'failed', reason: 'task_failed', message: 'It broke.', at: NOW - 3_600_000 };
const DONE: RunEnding = { ...FAILED, status: 'succeeded', reason: 'completed' };
const RUNNING = { state: 'running', taskId: 't1', taskUrl: 'https://rebyte.example/t1' } as const;

describe('/rebyte status', () => {
  const status = aTrigger({ text: '/rebyte status', sourceId: 'IC_2' });

  test('says that there was no run yet', async () => {
    const world = createWorld();
    await handleTrigger(world.engine, status);
    expect(world.answers()).toEqual([expect.stringContaining('No run in this thread yet.')]);
    expect(world.jobs).toEqual([]);
  });

  test('lists the last run and the open ones, newest first, with ages and links', async () => {
    const world = createWorld();
    const report = { commentUrl: 'https://x.example/9' };
    await earlierRun(world, { id: 'a', ...RUNNING });
    await earlierRun(world, { id: 'b', command: { position: 0, verb: 'fix', prompt: 'it', flags: {} } });
    await earlierRun(world, { id: 'c', state: 'settled', ending: FAILED, report });
    await handleTrigger(world.engine, status);
    const [answer = ''] = world.answers();
    expect(answer.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(
        /^- \*\*failed\*\* 1 h ago: \[`\/rebyte tidy up`\]\(.+\) by `ada` · \[report\]\(https:\/\/x/,
      ),
      expect.stringMatching(/^- \*\*waiting\*\* for 2 h: \[`\/rebyte fix it`\]/),
      expect.stringMatching(/^- \*\*running\*\* for 2 h: .+ · \[task\]\(https:\/\/rebyte\.example\/t1\)$/),
    ]);
  });
});

describe('/rebyte cancel', () => {
  const cancel = aTrigger({ text: '/rebyte cancel', sourceId: 'IC_2' });

  test('cancels what is open, on Rebyte too, and says so', async () => {
    const world = createWorld();
    await earlierRun(world, { id: 'a', ...RUNNING });
    await earlierRun(world, { id: 'b' });
    await handleTrigger(world.engine, cancel);
    expect(world.agent.calls).toEqual(['cancel t1']);
    expect(await openRuns(world.store)).toEqual([]);
    const run = await world.store.get('a');
    expect(run?.ending).toMatchObject({ reason: 'task_canceled', message: 'Canceled by ada with `/rebyte cancel`.' });
    expect(world.answers()[0]?.match(/🚫 Canceled: /g)?.length).toBe(2);
  });

  test('tells what cannot be canceled yet from what is', async () => {
    const world = createWorld();
    await earlierRun(world, { state: 'submitting', submission: { phase: 'sending', looks: 0 } });
    await handleTrigger(world.engine, cancel);
    expect(world.answers()).toEqual([expect.stringContaining('Will be canceled as soon as Rebyte has answered')]);
  });

  test('leaves alone what was asked for after it, however late its delivery comes', async () => {
    const world = createWorld();
    const at = (happenedAt: number) => ({ happenedAt });
    await earlierRun(world, { id: 'before', trigger: aTrigger(at(NOW - 2_000)) });
    await earlierRun(world, { ...RUNNING, id: 'after', trigger: aTrigger(at(NOW)) });
    await handleTrigger(world.engine, { ...cancel, ...at(NOW - 1_000) });
    expect(world.agent.calls).toEqual([]);
    expect((await openRuns(world.store)).map(({ id }) => id)).toEqual(['after']);
  });

  test('leaves no note behind that is kept for longer than runs are', async () => {
    const world = createWorld();
    await earlierRun(world);
    const kept: string[] = [];
    const write: NoteStore['write'] = async (key, value, options) => {
      const until = value === undefined ? NOW : (options?.expiresAt ?? Infinity);
      if (until > NOW + world.engine.retentionMs) kept.push(key);
      await world.store.write(key, value, options);
    };
    await handleTrigger({ ...world.engine, store: { ...world.store, write } }, cancel);
    expect(world.answers()).toHaveLength(1);
    expect(kept).toEqual([]);
  });

  test('says when there is nothing to cancel', async () => {
    const world = createWorld();
    await earlierRun(world, { state: 'settled', ending: DONE });
    await handleTrigger(world.engine, cancel);
    expect(world.answers()).toEqual([expect.stringContaining('Nothing to cancel')]);
  });
});

describe('/rebyte retry', () => {
  const retry = aTrigger({ text: '/rebyte retry', sourceId: 'IC_2' });

  test.each(['failed', 'canceled', 'timed_out', 'refused', 'lost'] as const)(
    'gives the command of a run that ended as %s again, about the same lines',
    async (status) => {
      const world = createWorld();
      const place = { path: 'a.ts', line: 3 };
      const command = { position: 4, verb: 'fix', prompt: 'it', flags: { model: 'one', new: true } } as const;
      const trigger = aTrigger({ place });
      await earlierRun(world, { state: 'settled', ending: { ...FAILED, status }, command, trigger });
      await handleTrigger(world.engine, retry);
      expect(await openRuns(world.store)).toMatchObject([
        { command: { ...command, position: 0 }, trigger: { sourceId: 'IC_2', place }, state: 'acknowledged' },
      ]);
      expect(world.forge.writes).toEqual(['react eyes on comment 501']);
    },
  );

  test.each([
    ['a comment', { url: 'https://github.com/acme/app/issues/7#issuecomment-499', sha256: 'ab'.repeat(32) }],
    ['a label, which has none', undefined],
  ])("keeps the source of %s, not the retry's own", async (_, source) => {
    const world = createWorld();
    await earlierRun(world, { state: 'settled', ending: FAILED, ...(source !== undefined && { source }) });
    await handleTrigger(world.engine, retry);
    expect((await openRuns(world.store)).map((run) => run.source)).toEqual([source]);
  });

  test('takes the role of what is retried, not only that of retrying', async () => {
    const world = createWorld({ config: 'permissions:\n  fix: admin\n' });
    const command = { position: 0, verb: 'fix', prompt: 'it', flags: {} } as const;
    await earlierRun(world, { state: 'settled', ending: FAILED, command });
    await handleTrigger(world.engine, retry);
    expect(await openRuns(world.store)).toEqual([]);
    expect(world.answers()).toEqual([expect.stringContaining('`/rebyte fix` needs the role `admin`')]);
  });

  test.each([
    ['there was none', undefined, 'Nothing to retry: there was no run'],
    ['it succeeded', { state: 'settled', ending: DONE }, 'Nothing to retry, it succeeded.'],
    ['it is not over', RUNNING, 'It is not over yet.'],
  ] as const)('explains when %s', async (_case, changes, said) => {
    const world = createWorld();
    if (changes !== undefined) await earlierRun(world, changes);
    await handleTrigger(world.engine, retry);
    expect(world.answers()).toEqual([expect.stringContaining(said)]);
    expect(world.jobs).toEqual([]);
  });
});

describe('/rebyte share', () => {
  const share = aTrigger({ text: '/rebyte share', sourceId: 'IC_2' });

  test('makes the thread’s task public and posts the link', async () => {
    const world = createWorld();
    await earlierRun(world, { ...RUNNING, state: 'settled', ending: DONE });
    await handleTrigger(world.engine, share);
    expect(world.agent.calls).toEqual(['share t1']);
    expect(world.answers()).toEqual([expect.stringContaining('(https://rebyte.example/share/t1)')]);
    expect((await world.store.get('earlier'))?.shareUrl).toBe('https://rebyte.example/share/t1');
  });

  test.each([
    ['the configuration forbids it', 'share: false\n', RUNNING, 'switched off'],
    ['there is no task yet', undefined, {}, 'Nothing to share'],
  ] as const)('explains when %s', async (_case, config, changes, said) => {
    const world = createWorld(config === undefined ? {} : { config });
    await earlierRun(world, changes);
    await handleTrigger(world.engine, share);
    expect(world.agent.calls).toEqual([]);
    expect(world.answers()).toEqual([expect.stringContaining(said)]);
  });
});

test.each(['/rebyte cancel', '/rebyte share'])('%s tells what Rebyte refuses for good', async (text) => {
  const world = createWorld();
  const refuse = async (): Promise<never> =>
    await Promise.reject(new AgentRefusal('insufficient_scopes', 'The key may not do this.'));
  const agent = { ...world.agent, cancel: refuse, share: refuse };
  await earlierRun(world, RUNNING);
  await handleTrigger({ ...world.engine, agentFor: () => agent }, aTrigger({ text, sourceId: 'IC_2' }));
  expect(world.answers()).toEqual([expect.stringContaining('⛔ Rebyte refused: The key may not do this.')]);
});

test.each(['/rebyte cancel', '/rebyte share', '/rebyte retry'])('%s tells that there is no key', async (text) => {
  const world = createWorld({ key: false });
  const ended = text.endsWith('retry') ? ({ state: 'settled', ending: FAILED } as const) : {};
  await earlierRun(world, { ...RUNNING, ...ended });
  await handleTrigger(world.engine, aTrigger({ text, sourceId: 'IC_2' }));
  expect(world.answers()).toEqual([expect.stringContaining('no Rebyte API key for `acme`')]);
});

test('/rebyte help says what there is, and what the asker may not use', async () => {
  const deploy = 'commands:\n  deploy:\n    description: Ships it\n    prompt: Ship it\n    permission: admin\n';
  const world = createWorld({ config: deploy });
  await handleTrigger(world.engine, aTrigger({ text: '/rebyte help' }));
  const [answer = ''] = world.answers();
  const rowOf = (name: string): string => answer.split('\n').find((line) => line.includes(`/rebyte ${name}`)) ?? '';
  expect(rowOf('cancel')).toContain('yes');
  expect(rowOf('deploy')).not.toContain('yes');
});
