import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { agentFolder, filesIn } from './checkouts.ts';
import { ObservedWorld } from './observed-world.ts';
import type { World } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
});

function run(inputs: Record<string, string>): Promise<ActionResult> {
  const given = { prompt: 'demo: result ok', report: 'summary', 'include-changes': 'off', ...inputs };
  return observed.run({ inputs: given, github: world.pullRequestEvent() });
}

function annotationsOf(result: ActionResult): string[] {
  return result.steps.flatMap(({ annotations }) => annotations).map(({ message }) => message);
}

function asked(): Record<string, unknown> {
  return observed.tap.created().at(-1) ?? {};
}

describe('`prompt-file`', () => {
  test('is filled with what the event says', async () => {
    const names = ['repository', 'branch', 'base-branch', 'head-sha', 'base-sha', 'event', 'action', 'number', 'actor'];
    world.write(
      '.github/ask.md',
      `demo: result ok\n${names.map((name) => `${name}={{ ${name} }}`).join(' ')}\n{{run-url}}`,
    );
    await run({ prompt: '', 'prompt-file': '.github/ask.md' });
    const [, facts, link] = String(asked()['prompt']).split('\n');
    expect(facts).toBe(
      `repository=acme/api branch=feature base-branch=main head-sha=${world.headSha} base-sha=${world.mainSha} ` +
        'event=pull_request action=opened number=1 actor=alice',
    );
    expect(link).toMatch(/\/acme\/api\/actions\/runs\/\d+\/attempts\/1$/);
  });

  test('with an unknown variable is refused with the line and the one that was meant', async () => {
    world.write('ask.md', 'Look at\n{{ brnch }}');
    const result = await run({ prompt: '', 'prompt-file': 'ask.md' });
    expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'invalid_input' });
    expect(annotationsOf(result)[0]).toMatch(
      /"ask\.md": Line 2: there is no variable \{\{ brnch \}\}. Did you mean \{\{ branch \}\}\?/,
    );
  });

  test('may be as long as Rebyte takes, and the context gives way', async () => {
    world.write('ask.md', `demo: result ok\n${'long '.repeat(19_900)}`);
    const result = await run({ prompt: '', 'prompt-file': 'ask.md' });
    expect(result.outputs['status']).toBe('succeeded');
    expect(String(asked()['prompt']).length).toBeLessThanOrEqual(100_000);
    expect(result.summary).toContain('The prompt was too long; shortened or left out');
  });

  test.each([
    ['one character too long', 'x'.repeat(100_000), /`prompt-file` is too long.*100,?000/],
    ['empty', ' \n', /`prompt-file`: "ask\.md" is empty/],
  ])('that is %s is refused', async (_what, content, message) => {
    world.write('ask.md', content);
    const result = await run({ prompt: '', 'prompt-file': 'ask.md' });
    expect(result.outputs['status']).toBe('refused');
    expect(annotationsOf(result)[0]).toMatch(message);
  });

  test('that is a link out of the workspace is refused', async () => {
    writeFileSync(path.join(world.directory, 'outside.md'), 'secret');
    symlinkSync(path.join(world.directory, 'outside.md'), path.join(world.workspace, 'ask.md'));
    const result = await run({ prompt: '', 'prompt-file': 'ask.md' });
    expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'file_refused' });
    expect(annotationsOf(result)[0]).toContain('lies outside of the workspace');
  });
});

describe('`files`', () => {
  test('travel by globs, flat, without what is excluded', async () => {
    world.write('logs/one.log', '1');
    world.write('logs/deep/two.log', '2');
    world.write('logs/deep/skip.log', 'no');
    world.write('.env', 'SECRET=1');
    const result = await run({ files: 'logs/**/*.log\n!**/skip.log\n\nREADME.md' });
    expect(asked()['files']).toMatchObject([
      { filename: 'two.log' },
      { filename: 'one.log' },
      { filename: 'README.md' },
    ]);
    const arrived = filesIn(agentFolder(world, result.outputs['workspace-id']));
    expect(Object.keys(arrived)).toEqual(expect.arrayContaining(['one.log', 'two.log', 'README.md']));
    expect(String(asked()['prompt'])).toContain('/code/two.log');
  });

  test('with the same name, or that are links, are refused with both names', async () => {
    world.write('a/same.txt', '1');
    world.write('b/same.txt', '2');
    const result = await run({ files: '*/same.txt' });
    expect(annotationsOf(result)[0]).toMatch(
      /a\/same\.txt" and ".*b\/same\.txt" would both arrive as \/code\/same\.txt/,
    );
    mkdirSync(path.join(world.workspace, 'c'));
    symlinkSync('/etc/hostname', path.join(world.workspace, 'c/link.txt'));
    const linked = await run({ files: 'c/link.txt' });
    expect(linked.outputs).toMatchObject({ status: 'refused', 'reason-code': 'file_refused' });
  });

  test('that hold secrets by their name travel only when a pattern names them', async () => {
    world.write('config/.env', 'A=1');
    world.write('config/app.json', '{}');
    await run({ files: 'config/*' });
    expect(asked()['files']).toMatchObject([{ filename: 'app.json' }]);
    await run({ files: 'config/.env' });
    expect(asked()['files']).toMatchObject([{ filename: '.env' }]);
  });
});

test('executor, model and skills are passed on, and what looks misspelt is said', async () => {
  const result = await run({ executor: 'claude', model: 'claude-sonet-4.6', skills: 'deep-research,\n pdf' });
  expect(asked()).toMatchObject({
    executor: 'claude',
    model: 'claude-sonet-4.6',
    skills: ['deep-research', 'pdf'],
  });
  expect(annotationsOf(result)).toEqual([expect.stringMatching(/claude-sonet-4\.6.*[Dd]id you mean/)]);
  expect(result.summary).toContain('claude-sonet-4.6');
});

test('what is not set is not sent', async () => {
  await run({});
  expect(Object.keys(asked()).toSorted()).toEqual(['branchName', 'githubUrl', 'prompt']);
});

test('`visibility: public` gives a link to share; `private` gives none', async () => {
  const open = await run({ visibility: 'public' });
  expect(open.outputs['share-url']).toMatch(/^http/);
  expect(open.summary).toContain(`[Shared link](${open.outputs['share-url']})`);
  const closed = await run({ visibility: 'private' });
  expect(closed.outputs).toMatchObject({ status: 'succeeded', 'share-url': '' });
  const visibilities = observed.tap.requests.filter(({ path: where }) => where.endsWith('/visibility'));
  expect(visibilities.map(({ body }) => body)).toEqual([{ visibility: 'public' }, { visibility: 'private' }]);
});

test('`dry-run` shows what would be sent, needs no key, and sends nothing', async () => {
  const before = [observed.tap.requests.length, world.github.calls.length];
  world.write('notes.txt', 'n');
  const inputs = { 'dry-run': 'true', 'api-key': '', files: 'notes.txt', model: 'm', report: 'comment check' };
  const result = await run({ ...inputs, prompt: '::error::in a prompt\n##[error]too' });
  expect(result.conclusion).toBe('success');
  expect(result.outputs).toMatchObject({ status: 'skipped', 'reason-code': 'dry_run', 'task-id': '' });
  expect(result.log).toMatch(/repository: acme\/api\n.*branch: +feature/);
  expect(result.log).toContain('notes.txt (1 bytes)');
  expect(annotationsOf(result)).toEqual([]);
  expect([observed.tap.requests.length, world.github.calls.length]).toEqual(before);
});

test('`computer` is made once and found again; its workspace is reused', async () => {
  const first = await run({ computer: 'ci box' });
  const second = await run({ computer: 'ci box' });
  expect(second.outputs['workspace-id']).toBe(first.outputs['workspace-id']);
  const made = observed.tap.requests.filter(
    ({ method, path: where }) => method === 'POST' && where === '/agent-computers',
  );
  expect(made.map(({ body }) => body)).toEqual([{ name: 'ci box' }]);
});
