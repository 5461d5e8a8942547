import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import { API_KEY, type World } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

/** Nobody told us of them: known by their looks alone. */
const FOUND = [`ghp_${'f0'.repeat(18)}`, 'Q7wLzVt3Nn5Yx2'];

let observed: ObservedWorld;
let world: World;
let temp: string;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
  temp = mkdtempSync(path.join(world.directory, 'temp-'));
});

afterEach(() => {
  rmSync(temp, { recursive: true });
  observed.tap.alter = undefined;
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The forms in which an agent that has seen a secret might tell it. */
function formsOf(secret: string): string[] {
  return [
    secret,
    base64(secret),
    base64(`x-access-token:${secret}`),
    base64(`u:${secret}`),
    Buffer.from(`API_KEY=${secret}`).toString('base64url'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** Everything a run leaves where somebody could read it: as one text for each place. */
async function traces(result: ActionResult): Promise<Record<string, string>> {
  const calls = world.github.calls.map(({ path: where, query, body }) => JSON.stringify([where, query, body]));
  return {
    log: result.log,
    summary: result.summary,
    outputs: JSON.stringify([result.outputs, result.steps.map(({ outputs }) => outputs), result.env]),
    annotations: JSON.stringify(result.steps.map(({ annotations }) => annotations)),
    comments: JSON.stringify(await world.comments()),
    github: calls.join('\n'),
    temp: contentsOf(temp),
    workspace: contentsOf(world.workspace),
  };
}

function contentsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .map((file) => (statSync(file).isFile() ? `${file}\n${readFileSync(file, 'latin1')}` : file))
    .join('\n');
}

/** Whatever of a form could be decoded again: its ends may be mixed with what stood next to it. */
async function expectNoTrace(result: ActionResult): Promise<void> {
  const places = await traces(result);
  const cores = [API_KEY, world.token].flatMap((secret) => [
    secret,
    ...formsOf(secret).map((form) => form.replace(/=+$/, '').slice(-16, -4)),
  ]);
  for (const [place, text] of Object.entries(places)) {
    const found = [...cores, ...FOUND].filter((core) => text.includes(core));
    expect({ place, found }).toEqual({ place, found: [] });
  }
}

test('the API key and the token are nowhere, in whatever form the agent and Rebyte tell them', async () => {
  const all = told();
  const prompt = [
    `demo: say ${all}\\n`,
    `demo: event tool_use ${JSON.stringify({ name: `Bash ${all}`, input: { command: `curl -H "${all}"` } })}`,
    `demo: event tool_result ${JSON.stringify({ output: all })}`,
    `demo: event other ${JSON.stringify({ [all]: all })}`,
    `demo: result Found: ${all}`,
  ].join('\n');
  // From a file: the runner shows a step's inputs, and masks in them what it was told is secret, not other forms of it.
  const result = await run(prompt);
  expect(result.outputs['status']).toBe('succeeded');
  expect(result.outputs['result']).toContain('***');
  await expectNoTrace(result);
});

test('nor do errors of Rebyte carry them', async () => {
  const fault = { kind: 'respond', status: 400, path: '/v1/tasks', code: 'validation_error', message: told() } as const;
  world.rebyte.control.faults.add(fault);
  const result = await run('demo: result ok');
  expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'rejected' });
  await expectNoTrace(result);
});

test('nor names of artifacts', async () => {
  observed.tap.alter = ({ path: where }, answer) =>
    where.endsWith('/artifacts')
      ? JSON.stringify({ data: [API_KEY, world.token].map((secret) => artifact(`${secret}.csv`)) })
      : answer;
  const result = await run('demo: result ok', { artifacts: '*.md' });
  expect(result.outputs['status']).toBe('succeeded');
  expect(JSON.parse(result.outputs['artifacts'] ?? '')).toHaveLength(2);
  await expectNoTrace(result);
});

test('nor a task that a hostile agent makes fail', async () => {
  const result = await run(`demo: fail ${told()}`);
  expect(result.conclusion).toBe('failure');
  await expectNoTrace(result);
});

test('nor the state that is kept for the cleanup step', async () => {
  const result = await run('demo: result ok');
  expect(contentsOf(temp)).toContain('rebyte-run-');
  await expectNoTrace(result);
});

function told(): string {
  const [token = '', signature = ''] = FOUND;
  const found = [token, `https://s3.example.com/a.csv?X-Amz-Date=1&X-Amz-Signature=${signature}`];
  return [...[API_KEY, world.token].flatMap(formsOf), ...found].join(' ; ');
}

function artifact(name: string): object {
  return { name, size: 1, contentType: 'text/csv', downloadUrl: 'http://127.0.0.1:9/x' };
}

/** The prompt comes from Rebyte's side of the wall only: here it would be the workflow author who tells secrets. */
async function run(prompt: string, inputs: Record<string, string> = {}): Promise<ActionResult> {
  const file = `ask-${Math.random().toString(36).slice(2)}.md`;
  world.write(file, prompt);
  const given = { 'prompt-file': file, 'include-changes': 'off', report: 'comment check', ...inputs };
  const result = await observed.run({ inputs: given, github: world.pullRequestEvent(), runner: { temp } });
  rmSync(path.join(world.workspace, file));
  return result;
}
