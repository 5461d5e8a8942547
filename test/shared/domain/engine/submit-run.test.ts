import { describe, expect, test } from '@jest/globals';
import { cancelRun } from '../../../../shared/domain/engine/cancel-run.ts';
import { handleNotice } from '../../../../shared/domain/engine/handle-notice.ts';
import { submitRun } from '../../../../shared/domain/engine/submit-run.ts';
import { AgentRefusal } from '../../../../shared/ports/agent.ts';
import { TryLater } from '../../../../shared/ports/jobs.ts';
import { aTrigger } from '../../../support/records.ts';
import { accept, aNotice, createRunWorld, KEY, runOf, work, type RunWorld } from './run-world.ts';

async function submitted(world: RunWorld, changes: Parameters<typeof accept>[1] = {}): Promise<void> {
  const { id } = await accept(world, changes);
  await submitRun(world.engine, id);
}

function flags(over: object, prompt = 'tidy up') {
  return { command: { position: 0, verb: 'run' as const, prompt, flags: over } };
}

describe('a new task', () => {
  test('is created on the default branch with what the command asks for', async () => {
    const world = createRunWorld('computers: [big]');
    await submitted(world, flags({ executor: 'codex', skills: ['pdf'], computer: 'big' }));
    expect(world.rebyte.tasks).toHaveLength(1);
    expect(world.rebyte.task('task-1').request).toMatchObject({
      executor: 'codex',
      skills: ['pdf'],
      workspaceId: 'computer-big',
      githubUrl: 'acme/app',
      branchName: 'main',
    });
    expect(await runOf(world)).toMatchObject({
      state: 'running',
      taskId: 'task-1',
      workspaceId: 'computer-big',
      executor: 'codex',
      submittedAt: world.time.now,
    });
    expect(await world.store.conversation(aTrigger().thread)).toMatchObject({ taskId: 'task-1' });
  });

  test('has its report asked for as soon as it runs', async () => {
    const world = createRunWorld();
    await submitted(world);
    expect(world.queue).toContainEqual(expect.objectContaining({ job: { kind: 'report', runId: 'run-1' } }));
  });

  test('works on the head branch of a pull request', async () => {
    const world = createRunWorld();
    await submitted(world, { trigger: aTrigger({ isPullRequest: true }) });
    expect(world.rebyte.task('task-1').request).toMatchObject({ githubUrl: 'acme/app', branchName: 'feature' });
  });

  test('works on the fork of a pull request when it can be read', async () => {
    const world = createRunWorld();
    world.github.pull = { ...world.github.pull, headRepository: 'grace/app' };
    await submitted(world, { trigger: aTrigger({ isPullRequest: true }) });
    expect(world.rebyte.task('task-1').request).toMatchObject({ githubUrl: 'grace/app', branchName: 'feature' });
  });

  test.each([
    ['private', { headRepository: 'grace/app', headIsPrivate: true }],
    ['gone', { headRepository: undefined }],
  ])('fetches the head of a pull request itself when the fork is %s', async (_what, facts) => {
    const world = createRunWorld();
    world.github.pull = { ...world.github.pull, ...facts };
    await submitted(world, { trigger: aTrigger({ isPullRequest: true }) });
    const { request } = world.rebyte.task('task-1');
    expect(request).toMatchObject({ githubUrl: 'acme/app', branchName: 'main' });
    expect(request.prompt).toContain('git fetch origin refs/pull/7/head');
  });

  test('is made when the task of the thread is gone, and says so', async () => {
    const world = createRunWorld();
    await world.store.setConversation(aTrigger().thread, { taskId: 'task-of-old' });
    await submitted(world);
    expect(world.rebyte.tasks).toHaveLength(1);
    expect((await runOf(world)).notes).toEqual(['The task of this thread is gone, so this is a new one.']);
  });
});

describe('an Agent Computer', () => {
  const ASKED = flags({ computer: 'big' });

  test.each([
    ['none', undefined, 'it allows none'],
    ['others', 'computers: [small, bug]', 'it allows `small`, `bug`. Did you mean `bug`?'],
    ['another default', 'defaults: { computer: small }', 'it allows `small`'],
  ])('that the config does not name is refused where it names %s, and none is made', async (_, config, words) => {
    const world = createRunWorld(config);
    await submitted(world, ASKED);
    const { ending } = await runOf(world);
    expect(ending).toMatchObject({ status: 'refused', reason: 'invalid_input' });
    for (const part of [words, 'add the name to `computers` in `.github/rebyte.yml`'])
      expect(ending?.message).toContain(part);
    expect(world.rebyte.calls).toEqual([]);
  });

  test.each([
    ['listed', 'computers: [small, big]'],
    ['the default', 'defaults: { computer: big }'],
    ["a command's default", 'commands: { a: { description: b, prompt: c, defaults: { computer: big } } }'],
  ])('may be used when it is %s', async (_, config) => {
    const world = createRunWorld(config);
    await submitted(world, ASKED);
    expect(world.rebyte.task('task-1').request.workspaceId).toBe('computer-big');
  });
});

describe('attachments', () => {
  const asset = 'https://github.com/user-attachments/assets/0a1b';

  test("of the commander's own words travel along, from GitHub's hosts only", async () => {
    const world = createRunWorld();
    const fetched: string[] = [];
    const engine = {
      ...world.engine,
      attachments: {
        fetch: async (url: string) => {
          fetched.push(url);
          return await Promise.resolve({ filename: 'log.txt', bytes: Buffer.from('boom') });
        },
      },
    };
    const { id } = await accept(
      world,
      flags({}, `see ![log](${asset}) and ![x](https://evil.example/user-attachments/1)`),
    );
    await submitRun(engine, id);
    expect(fetched).toEqual([asset]);
    expect(world.rebyte.files).toEqual([{ filename: 'log.txt', text: 'boom' }]);
    expect(world.rebyte.task('task-1').request.files).toEqual([{ id: 'file-1', filename: 'log.txt' }]);
    expect(world.rebyte.task('task-1').request.prompt).toContain('/code/log.txt');
  });

  test('that cannot be read are noted and stop nothing', async () => {
    const world = createRunWorld();
    const attachments = { fetch: async () => await Promise.reject(new Error('It has 30 MiB.')) };
    const { id } = await accept(world, flags({}, `see ${asset}`));
    await submitRun({ ...world.engine, attachments }, id);
    expect((await runOf(world)).notes).toEqual([`Not sent along: ${asset} (It has 30 MiB.)`]);
    expect(world.rebyte.tasks).toHaveLength(1);
  });
});

describe('a follow-up', () => {
  async function afterOneRun(): Promise<RunWorld> {
    const world = createRunWorld();
    await submitted(world);
    world.rebyte.end('task-1');
    await handleNotice(world.engine, 'acme', aNotice(world));
    await work(world);
    return world;
  }

  test("goes to the thread's task, with what was said since", async () => {
    const world = await afterOneRun();
    world.github.say('grace', 'And the tests are flaky.');
    await submitted(world, { id: 'run-2', ...flags({ skills: ['pdf'] }, 'now the tests') });
    expect(world.rebyte.tasks).toHaveLength(1);
    const [prompt] = world.rebyte.followUps;
    expect(prompt).toMatchObject({ skills: ['pdf'] });
    expect(prompt?.prompt).toMatch(/^now the tests/);
    expect(prompt?.prompt).toContain('And the tests are flaky.');
    expect(prompt?.prompt).not.toContain('It takes an hour.');
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'running', taskId: 'task-1', promptId: 'prompt-2' });
  });

  test('says which flags have no effect', async () => {
    const world = await afterOneRun();
    await submitted(world, { id: 'run-2', ...flags({ model: 'gpt-5.4', branch: 'dev' }) });
    expect((await runOf(world, 'run-2')).notes[0]).toContain('--model, --branch. Add --new');
  });

  test('is a new task with --new', async () => {
    const world = await afterOneRun();
    await submitted(world, { id: 'run-2', ...flags({ new: true }) });
    expect(world.rebyte.tasks).toHaveLength(2);
    expect(await world.store.conversation(aTrigger().thread)).toMatchObject({ taskId: 'task-2' });
  });

  test('whose answer got lost is found among the prompts of the task', async () => {
    const world = await afterOneRun();
    world.rebyte.nextAnswer = 'kept';
    await submitted(world, { id: 'run-2' });
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'running', promptId: 'prompt-2' });
    expect(world.rebyte.followUps).toHaveLength(1);
  });
});

describe('turns', () => {
  test('a run waits while an earlier one of its task goes on, and is woken when that ends', async () => {
    const world = createRunWorld();
    await submitted(world);
    await submitted(world, { id: 'run-2' });
    await work(world);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'acknowledged' });
    world.rebyte.end('task-1');
    await handleNotice(world.engine, 'acme', aNotice(world));
    await work(world);
    expect(await runOf(world, 'run-2')).toMatchObject({ state: 'running', promptId: 'prompt-2' });
  });

  test('--new waits for nothing that runs, and what comes after it follows its task', async () => {
    const world = createRunWorld();
    await submitted(world);
    await submitted(world, { id: 'run-2', ...flags({ new: true }) });
    await submitted(world, { id: 'run-3' });
    expect(world.rebyte.tasks).toHaveLength(2);
    world.rebyte.end('task-2');
    await handleNotice(world.engine, 'acme', aNotice(world, { taskId: 'task-2' }));
    await work(world);
    expect(await runOf(world, 'run-3')).toMatchObject({ state: 'running', taskId: 'task-2' });
  });
});

describe('refusals', () => {
  test("end the run with Rebyte's reason in our words, without our key", async () => {
    const world = createRunWorld();
    world.rebyte.refusal = new AgentRefusal('agent_disabled', `codex is disabled for ${KEY}.`);
    await submitted(world);
    const { ending } = await runOf(world);
    expect(ending).toMatchObject({
      status: 'refused',
      reason: 'agent_disabled',
      message: 'codex is disabled for ***.',
    });
    expect(world.settled).toEqual(['refused agent_disabled']);
  });

  test('an account without a key is told so', async () => {
    const world = createRunWorld();
    world.key = false;
    await submitted(world);
    expect((await runOf(world)).ending).toMatchObject({ reason: 'missing_api_key' });
  });

  test('a config that broke meanwhile runs nothing', async () => {
    const world = createRunWorld('permission: [');
    await submitted(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'refused', reason: 'invalid_input' });
    expect(world.rebyte.tasks).toEqual([]);
  });

  test('what was certainly not sent is sent again', async () => {
    const world = createRunWorld();
    world.rebyte.refusal = new Error('connect ECONNREFUSED');
    await expect(submitted(world)).rejects.toThrow('ECONNREFUSED');
    await submitRun(world.engine, 'run-1');
    expect(await runOf(world)).toMatchObject({ state: 'running' });
    expect(world.rebyte.tasks).toHaveLength(1);
  });
});

describe('what happens while the request is on its way', () => {
  test('two replicas that submit a run at the same moment create one task', async () => {
    const world = createRunWorld();
    const { id } = await accept(world);
    const endings = await Promise.allSettled([submitRun(world.engine, id), submitRun(world.engine, id)]);
    expect(world.rebyte.tasks).toHaveLength(1);
    expect(await runOf(world)).toMatchObject({ state: 'running', taskId: 'task-1' });
    expect(endings.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [error] = endings.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(error).toBeInstanceOf(TryLater);
    await submitRun(world.engine, id);
    expect(world.rebyte.tasks).toHaveLength(1);
  });

  test('a cancel is carried out as soon as the task is known', async () => {
    const world = createRunWorld();
    world.rebyte.meanwhile = async () => await cancelRun(world.engine, await runOf(world), 'ada with `/rebyte cancel`');
    await submitted(world);
    expect(world.rebyte.calls).toContain('cancel task-1');
    expect((await runOf(world)).ending).toMatchObject({
      status: 'canceled',
      message: 'Canceled by ada with `/rebyte cancel`.',
    });
  });

  test("a webhook about the task's end is kept, and applied when the task is known", async () => {
    const world = createRunWorld();
    world.rebyte.meanwhile = async () => {
      await handleNotice(world.engine, 'acme', aNotice(world, { taskId: 'somebody-elses' }));
      await handleNotice(world.engine, 'acme', aNotice(world));
    };
    await submitted(world);
    await work(world);
    expect((await runOf(world)).ending).toMatchObject({ status: 'succeeded', result: 'It is **done**.' });
  });

  test('a cancel while the prompt is made keeps it from being sent', async () => {
    const world = createRunWorld();
    const opening = world.github.getThread.bind(world.github);
    world.github.getThread = async (thread) => {
      await cancelRun(world.engine, await runOf(world), 'closing this thread');
      return await opening(thread);
    };
    await submitted(world);
    expect(world.rebyte.tasks).toEqual([]);
    expect(await runOf(world)).toMatchObject({ state: 'settled', ending: { status: 'canceled' } });
  });

  test('a run that is canceled before it leaves never does', async () => {
    const world = createRunWorld();
    await accept(world);
    await cancelRun(world.engine, await runOf(world), 'closing this thread');
    await submitRun(world.engine, 'run-1');
    expect(world.rebyte.tasks).toEqual([]);
    expect((await runOf(world)).ending).toMatchObject({ status: 'canceled' });
  });
});
