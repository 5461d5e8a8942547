import { describe, expect, test } from '@jest/globals';
import { handleTrigger } from '../../../../shared/domain/engine/handle-trigger.ts';
import type { Trigger } from '../../../../shared/model/trigger.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import { aTrigger } from '../../../support/records.ts';
import { THREAD } from '../fake-threads.ts';
import { createWorld, KEY, later, NOW, type World, type WorldOptions } from '../intake/world.ts';
import { openRuns } from '../../../support/open-runs.ts';

const STRANGER = { login: 'eve', type: 'User' };
const ROBOT = { login: 'renovate[bot]', type: 'Bot' };

async function comment(text: string, options: WorldOptions & { trigger?: Partial<Trigger> } = {}): Promise<World> {
  const world = createWorld(options);
  await handleTrigger(world.engine, aTrigger({ text, ...options.trigger }));
  return world;
}

describe('a command that may be given', () => {
  test('becomes a run: seen with 👀, recorded, reported as queued, submitted', async () => {
    const world = await comment('/rebyte tidy up');
    const [run, ...more] = await openRuns(world.store);
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      state: 'acknowledged',
      command: { position: 0, verb: 'run', prompt: 'tidy up' },
      permission: 'write',
      target: { kind: 'thread' },
      runReference: 'id-1',
      createdAt: NOW,
    });
    expect(run?.headSha).toBeUndefined();
    expect(world.forge.writes).toEqual(['react eyes on comment 501']);
    expect(world.jobNames()).toEqual([`report ${run?.id}`, `submit ${run?.id}`]);
    expect(world.jobs.map(({ options }) => options.lane)).toEqual([`report:${run?.id}`, 'submit:acme/app#7']);
  });

  test('keeps the SHA-256 of the text it was delivered in, byte for byte', async () => {
    const { store } = await comment('/rebyte größer\r\n\r\nthan 😀 \n');
    const sha256 = '3b50574589785c1a3b0cb7d0408122558667e2369d46f2fead242a3bba922c27';
    expect((await openRuns(store))[0]?.source).toEqual({ url: aTrigger().url, sha256 });
  });

  test('pins the head of the pull request it was given on', async () => {
    const { store } = await comment('/rebyte review', { trigger: { isPullRequest: true } });
    expect(await openRuns(store)).toMatchObject([{ headSha: 'c0ffee', command: { verb: 'review' } }]);
  });

  test('takes the pin from the delivery where it is there, and asks GitHub for none', async () => {
    const { store, forge } = await comment('/rebyte review', { trigger: { isPullRequest: true, headSha: 'beef' } });
    expect(await openRuns(store)).toMatchObject([{ headSha: 'beef' }]);
    expect(forge.calls).not.toContain('pull request 7');
  });

  test('runs without a pin, and says so, when GitHub will not show the pull request', async () => {
    const world = createWorld();
    world.forge.getPullRequest = async () =>
      await Promise.reject(new ForgeError('no permission', { method: 'GET', path: '/pulls/7', status: 403 }));
    await handleTrigger(world.engine, aTrigger({ isPullRequest: true }));
    const [run] = await openRuns(world.store);
    expect(run?.headSha).toBeUndefined();
    expect(run?.notes).toEqual(['The head commit at the time of the command is unknown: no permission']);
  });

  test('runs although GitHub refuses the reaction', async () => {
    const world = createWorld();
    world.forge.react = async () =>
      await Promise.reject(new ForgeError('no reactions', { method: 'POST', path: '/reactions', status: 403 }));
    await handleTrigger(world.engine, aTrigger());
    expect((await openRuns(world.store)).length).toBe(1);
    expect(world.log).toContain('warning: Could not react: no reactions');
  });

  test('is followed by the others of its text, in their order', async () => {
    const world = await comment('/rebyte ask why?\n\n/rebyte fix it\n');
    const runs = await openRuns(world.store);
    expect(runs.map(({ command }) => [command.position, command.verb])).toEqual([
      [0, 'ask'],
      [1, 'fix'],
    ]);
    expect(world.jobNames()).toEqual(runs.flatMap(({ id }) => [`report ${id}`, `submit ${id}`]));
    expect(world.forge.writes).toEqual(['react eyes on comment 501']);
  });

  test('is the repository’s own when the configuration names it', async () => {
    const config = 'commands:\n  deploy:\n    description: Ships it\n    prompt: Ship {{ input }}\n';
    const { store } = await comment('/rebyte deploy to staging', { config });
    expect(await openRuns(store)).toMatchObject([
      { command: { verb: 'custom', custom: 'deploy', prompt: 'to staging' } },
    ]);
  });

  test('comes with a label that the configuration names, each time it is put on and however often that is delivered', async () => {
    const config = 'labels:\n  Needs triage:\n    prompt: Triage this\n';
    const world = createWorld({ config });
    const labeled = aTrigger({ kind: 'labeled', label: 'needs triage', text: '/rebyte not this', sourceId: 'I_7:one' });
    await handleTrigger(world.engine, labeled);
    await handleTrigger(world.engine, labeled);
    await handleTrigger(world.engine, { ...labeled, deliveryId: 'delivery-2' });
    await handleTrigger(world.engine, { ...labeled, deliveryId: 'delivery-3', sourceId: 'I_7:two' });
    await handleTrigger(world.engine, aTrigger({ kind: 'opened', sourceId: 'I_7' }));
    const prompts = (await openRuns(world.store)).map(({ command }) => command.prompt);
    expect(prompts).toEqual(['Triage this', 'Triage this', 'tidy up']);
  });
});

describe('nothing at all happens, and GitHub is asked for nothing', () => {
  test.each<[string, Partial<Trigger>]>([
    ['without a command', { text: 'What a nice /rebytes you have, and see docs/rebyte.md' }],
    ['for a command in code', { text: 'Write\n```\n/rebyte fix\n```' }],
    ['for our own text', { sender: { login: 'Rebyte[bot]', type: 'Bot' } }],
  ])('%s', async (_case, trigger) => {
    const world = createWorld();
    await handleTrigger(world.engine, aTrigger(trigger));
    expect([world.forge.calls, world.forge.writes, world.jobs]).toEqual([[], [], []]);
  });
});

describe('only the configuration is asked, and nothing is said', () => {
  test.each<[string, Partial<Trigger>]>([
    ['when a bot is not on the list', { sender: ROBOT }],
    ['when a bot has the name of a person that may', { sender: { login: 'ada', type: 'Bot' } }],
    ['when the sender is no person', { sender: { login: 'ada', type: 'Organization' } }],
    ['when nobody knows who it was', { sender: { login: '', type: '' } }],
    ['for a label that nobody named', { kind: 'labeled', label: 'bug' }],
  ])('%s', async (_case, trigger) => {
    const world = createWorld();
    await handleTrigger(world.engine, aTrigger(trigger));
    expect(new Set(world.forge.calls)).toEqual(new Set(['read .github/rebyte.yml']));
    expect([world.forge.writes, world.jobs]).toEqual([[], []]);
  });
});

describe('who may give commands', () => {
  test('a bot on the list, by its account’s type and not by its name', async () => {
    const config = 'allowed-bots: ["renovate[bot]"]\n';
    const world = await comment('/rebyte fix', { config, trigger: { sender: ROBOT } });
    expect(await openRuns(world.store)).toMatchObject([{ permission: 'allowed bot' }]);
    const impostor = await comment('/rebyte fix', { config, trigger: { sender: { ...ROBOT, type: 'User' } } });
    expect(await openRuns(impostor.store)).toEqual([]);
  });

  test('nobody below the role, who is told once per thread which it takes', async () => {
    const world = await comment('/rebyte fix', { trigger: { sender: STRANGER } });
    const again = aTrigger({ text: '/rebyte ask why', sender: STRANGER, sourceId: 'IC_2', deliveryId: 'd2' });
    await handleTrigger(world.engine, again);
    expect(await openRuns(world.store)).toEqual([]);
    expect(world.answers()).toEqual([
      expect.stringContaining(
        '⛔ `/rebyte fix` needs the role `write` on this repository; `eve` holds `read`. Ask somebody',
      ),
    ]);
    expect(world.forge.writes).toEqual(['create comment 101']);
    expect(world.refused).toEqual(['role_too_low', 'role_too_low']);
    // In another thread too, but not within the hour.
    const elsewhere = { ...again, thread: { ...THREAD, number: 8 } };
    await handleTrigger(world.engine, { ...elsewhere, sourceId: 'IC_3' });
    expect(world.answers().length).toBe(1);
    const clock = { ...world.engine.clock, now: () => NOW + 3_600_000 };
    await handleTrigger({ ...world.engine, clock }, { ...elsewhere, sourceId: 'IC_4' });
    expect(world.answers().length).toBe(2);
  });

  test('nobody in thread after thread: one refusal an hour for a person, ten for a repository, then silence', async () => {
    const world = createWorld();
    const refuse = async (login: string, number: number, source = `IC_${login}_${number}`) => {
      const thread = { ...THREAD, number };
      await handleTrigger(world.engine, aTrigger({ thread, sourceId: source, sender: { login, type: 'User' } }));
    };
    for (const number of [1, 2, 3, 4, 5]) await refuse('eve', number);
    expect(world.answers().length).toBe(1);
    expect(world.refused.slice(-2)).toEqual(['refusals_exceeded', 'refusals_exceeded']);
    expect(world.log).toContain('notice: The refusal was not told: too many were within the last hour.');
    await Promise.all(Array.from({ length: 12 }, async (_, person) => await refuse(`eve-${person}`, 6)));
    expect(world.answers().length).toBe(10);
    // What was counted and then cut short is said all the same.
    await world.store.write('said:acme/app#1:refused:eve', undefined);
    world.forge.comments.splice(0);
    await handleTrigger(later(world), {
      ...aTrigger({ thread: { ...THREAD, number: 1 }, sourceId: 'IC_again' }),
      sender: { login: 'eve', type: 'User' },
    });
    expect(world.answers().length).toBe(1);
  });

  test('by the verb’s own role, and by a role of the organization’s own as the one it was built on', async () => {
    const config = 'permission: read\npermissions:\n  fix: maintain\n';
    const world = createWorld({ config });
    world.forge.roles = { eve: { role: 'security-guild', permission: 'write' } };
    await handleTrigger(world.engine, aTrigger({ text: '/rebyte fix\n\n/rebyte ask why?', sender: STRANGER }));
    expect(await openRuns(world.store)).toMatchObject([{ command: { verb: 'ask' }, permission: 'security-guild' }]);
    expect(world.answers()).toEqual([
      expect.stringContaining('`maintain` on this repository; `eve` holds `security-guild`'),
    ]);
  });

  test('by the role of the repository’s own command', async () => {
    const config = 'commands:\n  deploy:\n    description: Ships it\n    prompt: Ship it\n    permission: admin\n';
    const world = await comment('/rebyte deploy', { config });
    expect(await openRuns(world.store)).toEqual([]);
    expect(world.answers()).toEqual([expect.stringContaining('`/rebyte deploy` needs the role `admin`')]);
  });

  test('a member of a team that the configuration names', async () => {
    const world = createWorld({ config: 'allowed-teams: [acme/oncall]\n' });
    world.forge.members = ['acme/oncall eve'];
    await handleTrigger(world.engine, aTrigger({ sender: STRANGER }));
    expect(await openRuns(world.store)).toMatchObject([{ permission: 'member of acme/oncall' }]);
  });

  test('nobody when GitHub will not say who they are: said when that lasts, tried again when it passes', async () => {
    const world = createWorld();
    const call = { method: 'GET', path: '/repos/acme/app/collaborators/ada/permission' };
    world.forge.permissionError = new ForgeError('502 Bad Gateway', { ...call, status: 502 });
    await expect(handleTrigger(world.engine, aTrigger())).rejects.toThrow('502 Bad Gateway');
    expect(world.forge.writes).toEqual([]);
    world.forge.permissionError = new ForgeError('Grant metadata: read', { ...call, status: 403 });
    await handleTrigger(world.engine, aTrigger());
    expect(world.answers()).toEqual([expect.stringContaining('nothing was run: `Grant metadata: read`')]);
    expect(await openRuns(world.store)).toEqual([]);
  });
});

describe('what stands in the way is said once, and nothing runs', () => {
  test('a broken configuration, with path and line; the next state of it is said anew', async () => {
    const world = createWorld({ config: 'permission: write\nbudgets: lots\n' });
    await handleTrigger(world.engine, aTrigger());
    await handleTrigger(world.engine, aTrigger({ sourceId: 'IC_2' }));
    expect(world.answers()).toEqual([
      expect.stringMatching(/Nothing was run: \[`\.github\/rebyte\.yml`\].+\[Line 2\]\(.+#L2\)/s),
    ]);
    world.forge.config = 'permision: write\n';
    await handleTrigger(world.engine, aTrigger({ sourceId: 'IC_3' }));
    expect(world.answers().length).toBe(2);
    expect([world.jobs, await openRuns(world.store)]).toEqual([[], []]);
  });

  test('a broken configuration is not said to bots, nor for a label', async () => {
    const world = createWorld({ config: 'budgets: lots\n' });
    await handleTrigger(world.engine, aTrigger({ sender: ROBOT }));
    await handleTrigger(world.engine, aTrigger({ kind: 'labeled', label: 'bug' }));
    expect([world.forge.writes, world.jobs]).toEqual([[], []]);
  });

  test('a broken configuration is not said to people who may do nothing', async () => {
    const world = createWorld({ config: 'budgets: lots\n' });
    await handleTrigger(world.engine, aTrigger({ sender: STRANGER }));
    expect([world.forge.writes, world.jobs, world.refused]).toEqual([[], [], ['config_broken']]);
  });

  test('a configuration that GitHub will not show', async () => {
    const world = createWorld();
    world.forge.readFile = async () =>
      await Promise.reject(new ForgeError('Grant contents: read', { method: 'GET', path: '/contents', status: 403 }));
    await handleTrigger(world.engine, aTrigger());
    expect(world.answers()).toEqual([expect.stringContaining('Grant contents: read')]);
    expect([world.jobs, await openRuns(world.store)]).toEqual([[], []]);
  });

  test('an account without a key for Rebyte', async () => {
    const world = await comment('/rebyte fix\n\n/rebyte ask why?', { key: false });
    expect(world.answers()).toEqual([expect.stringContaining('this App has no Rebyte API key for `acme`')]);
    expect(await openRuns(world.store)).toEqual([]);
  });

  test('a budget that is used up, with the moment when it is not', async () => {
    const config = 'budgets:\n  runs-per-hour: 50\n  runs-per-hour-and-user: 1\n';
    const world = await comment('/rebyte fix\n\n/rebyte ask why?\n\n/rebyte ask when?', { config });
    expect((await openRuns(world.store)).length).toBe(1);
    expect(world.answers()).toEqual([expect.stringContaining('You have used up the budget of 1 run per hour.')]);
    expect(world.answers()[0]).toContain('after 13:00 UTC (in 1 h)');
    expect(world.refused).toEqual(['over_budget_user', 'over_budget_user']);
  });

  test('a flag that does not exist, with what was meant, while the other commands are carried out', async () => {
    const world = await comment('/rebyte fix --modle gpt it\n\n/rebyte ask why?');
    expect(await openRuns(world.store)).toMatchObject([{ command: { verb: 'ask' } }]);
    expect(world.answers()).toEqual([expect.stringMatching(/--modle.+--model.+`\/rebyte help`/s)]);
  });

  test('a problem is not explained to somebody who may give no commands', async () => {
    const world = await comment('/rebyte fix --modle gpt it', { trigger: { sender: STRANGER } });
    expect(world.answers()).toEqual([expect.stringContaining('needs the role `write`')]);
  });
});

test('no answer shows a secret', async () => {
  const world = await comment(`/rebyte fix --${KEY}`);
  expect(world.answers()).toEqual([expect.stringContaining('***')]);
  expect(world.answers().join('')).not.toContain(KEY);
});

test('a run that is on its way is left alone by a redelivery that nobody remembers', async () => {
  const world = await comment('/rebyte tidy up');
  const [run] = await openRuns(world.store);
  await world.store.update(run?.id ?? '', { state: 'running', taskId: 't1' });
  await world.store.write('handled:IC_1', undefined);
  const jobs = [...world.jobs];
  await handleTrigger(world.engine, aTrigger());
  expect(world.jobs).toEqual(jobs);
  expect(await openRuns(world.store)).toMatchObject([{ state: 'running' }]);
});
