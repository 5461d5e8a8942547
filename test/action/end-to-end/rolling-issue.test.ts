import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import type { World } from './world.ts';
import { NOTHING_TO_DO } from '../../../shared/model/nothing-to-do.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutMain();
});

interface Listed {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly comments: number;
  readonly labels: readonly { readonly name: string }[];
  readonly pull_request?: object;
}

async function issues(): Promise<Listed[]> {
  const headers = { authorization: `token ${world.github.tokenFor('alice')}` };
  const response = await fetch(`${world.github.apiUrl}/repos/acme/api/issues?state=all&per_page=100`, { headers });
  const all: Listed[] = JSON.parse(await response.text());
  return all.filter((issue) => issue.pull_request === undefined).toSorted((a, b) => a.number - b.number);
}

async function asAlice(method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `token ${world.github.tokenFor('alice')}`, 'content-type': 'application/json' };
  await fetch(`${world.github.apiUrl}/repos/acme/api/issues${path}`, { method, headers, body: JSON.stringify(body) });
}

function nightly(result: string, inputs: Record<string, string> = {}): Promise<ActionResult> {
  const prompt = result.startsWith('demo:') ? result : `demo: result ${result}`;
  return observed.run({ inputs: { prompt, report: 'issue', ...inputs }, github: world.scheduleEvent() });
}

test('the first finding opens an issue, named after the workflow and labelled', async () => {
  // Somebody else’s of the same name is not ours to write in.
  await asAlice('POST', '', { title: 'Rebyte: Nightly', body: 'mine', labels: ['rebyte'] });
  const result = await nightly('Two TODOs.');
  const [alices, ours] = await issues();
  expect(alices?.body).toBe('mine');
  expect(ours).toMatchObject({ title: 'Rebyte: Nightly', state: 'open', comments: 0 });
  expect(ours?.labels.map(({ name }) => name)).toEqual(['rebyte']);
  expect(ours?.body).toContain('Two TODOs.');
  expect(result.outputs['issue-url']).toContain(`/issues/${ours?.number}`);
});

test('another workflow and job with the same title and labels write in the same issue', async () => {
  const before = (await issues()).length;
  const elsewhere = { workflow_ref: 'acme/api/.github/workflows/other.yml@refs/heads/main', job: 'other' };
  const title = { prompt: 'demo: result Two TODOs.', report: 'issue', 'issue-title': 'Rebyte: Nightly' };
  await observed.run({ inputs: title, github: { ...world.pushEvent(), ...elsewhere } });
  expect(await issues()).toHaveLength(before);
});

test('the same finding again updates it and notifies nobody', async () => {
  const [, before] = await issues();
  const result = await nightly('Two   TODOs.');
  const after = await issues();
  expect(after).toHaveLength(2);
  expect(after[1]).toMatchObject({ number: before?.number, comments: 0 });
  expect(after[1]?.body).toContain(result.outputs['task-id']);
});

test('another finding replaces it and says so in a comment', async () => {
  await nightly('Three TODOs.');
  const [, ours] = await issues();
  expect(ours).toMatchObject({ comments: 1 });
  expect(ours?.body).toContain('Three TODOs.');
  expect(ours?.body).not.toContain('Two TODOs.');
});

test('an agent that finds nothing to do is silent', async () => {
  const before = await issues();
  const writes = world.github.calls.filter(({ method }) => method === 'POST' || method === 'PATCH').length;
  const result = await nightly(NOTHING_TO_DO);
  expect(result.outputs).toMatchObject({ status: 'succeeded', 'reason-code': 'nothing_to_do', 'issue-url': '' });
  expect(await issues()).toEqual(before);
  expect(world.github.calls.filter(({ method }) => method === 'POST' || method === 'PATCH')).toHaveLength(writes);
  // It can only say so because it was told how.
  expect(String(observed.tap.created().at(-1)?.['prompt'])).toContain(NOTHING_TO_DO);
});

test('a run that fails leaves the issue as it is', async () => {
  const before = await issues();
  const result = await nightly('demo: fail Out of cheese');
  expect(result.conclusion).toBe('failure');
  expect(await issues()).toEqual(before);
});

test('a closed issue stays closed: the next finding opens a new one', async () => {
  const [, ours] = await issues();
  await asAlice('PATCH', `/${ours?.number}`, { state: 'closed' });
  await nightly('Three TODOs.');
  const after = await issues();
  expect(after).toHaveLength(3);
  expect(after[1]).toMatchObject({ state: 'closed' });
  expect(after[2]).toMatchObject({ state: 'open', comments: 0 });
});

test('`issue-title` and `issue-labels` make another one', async () => {
  await nightly('Old packages.', { 'issue-title': 'Dependencies', 'issue-labels': 'deps, needs triage\nbot' });
  const [latest] = (await issues()).toReversed();
  expect(latest?.title).toBe('Dependencies');
  expect(latest?.labels.map(({ name }) => name)).toEqual(['deps', 'needs triage', 'bot']);
});

test('a copy of it that somebody else opened is not taken for it', async () => {
  const ours = (await issues()).findLast(({ title, state }) => title === 'Rebyte: Nightly' && state === 'open');
  const copy = { title: 'Rebyte: Nightly', body: ours?.body, labels: ['rebyte'] };
  await asAlice('POST', '', copy);
  await nightly('Four TODOs.');
  const after = await issues();
  expect(after.find(({ number }) => number === ours?.number)?.body).toContain('Four TODOs.');
  expect(after.at(-1)).toMatchObject({ body: copy.body, comments: 0 });
});
