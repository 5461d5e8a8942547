import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { authorizeEvent, type Asking, type Authorized } from '../../../action/authorize/authorize-event.ts';
import { readEnvironment } from '../../../action/environment.ts';
import { parseInputs } from '../../../action/inputs/parse-inputs.ts';
import { listenForInterruption, type Interruption } from '../../../action/interruption.ts';
import { WorkflowLog } from '../../../action/log/workflow-log.ts';
import { startGitHub, type EmulatedGitHub } from '../../../emulator/github/index.ts';

let github: EmulatedGitHub;
let interruption: Interruption;
let called = 0;

beforeAll(async () => {
  const roles = { alice: 'write', carol: 'write', bob: 'read' } as const;
  github = await startGitHub({
    seed: {
      repos: [{ owner: 'acme', name: 'api', collaborators: roles, customRoles: { carol: 'release manager' } }],
    },
  });
  interruption = listenForInterruption(process, 60_000);
});

afterAll(async () => {
  interruption.dispose();
  await github.close();
  expect(github.violations).toEqual([]);
});

beforeEach(() => {
  called = github.calls.length;
});

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  /** The job's own, `github.token`, by default. */
  readonly token?: string;
  readonly actor?: string;
  /** Whose texts the agent will read. */
  readonly authors?: readonly string[];
}

/** Asks about people as `login` or `login/Type`. */
async function ask(people: readonly string[], given: Given = {}): Promise<string> {
  return (await authorized(people, given)).receipt;
}

async function authorized(
  people: readonly string[],
  { inputs = {}, token, actor = 'alice', authors = [] }: Given = {},
): Promise<Authorized> {
  const own = github.actionsToken({ owner: 'acme', repo: 'api', permissions: { metadata: 'read' } });
  const environment = readEnvironment({
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_ACTOR: actor,
    REBYTE_OWN_TOKEN: String(token === undefined),
  });
  const step: Asking = {
    environment,
    interruption,
    inputs: parseInputs(JSON.stringify({ prompt: 'Go.', 'github-token': token ?? own, ...inputs })),
    log: new WorkflowLog(() => new Writable({ write: (_chunk, _encoding, done) => done() })),
  };
  return await authorizeEvent(step, {
    authors,
    people: people.map((each) => {
      const [login = '', type = 'User'] = each.split('/');
      return { account: { login, type: login === '' ? '' : type }, part: 'who wrote it' };
    }),
  });
}

test('the role of whoever caused the event is told, and of others with their names', async () => {
  expect(await ask(['alice'])).toBe('write');
  expect(await ask(['alice', 'acme'])).toBe('write, acme: admin');
});

test('authors of texts may hold any role: it is said, and refuses nobody', async () => {
  const { receipt, permissionOf } = await authorized(['alice'], { authors: ['alice', 'bob', ''] });
  expect(receipt).toBe('write');
  expect(['alice', 'BOB', '', 'carol'].map(permissionOf)).toEqual(['write', 'read', 'unknown', 'not asked']);
});

test('a custom role counts as the one that it was made of', async () => {
  expect(await ask(['carol'], { actor: 'carol' })).toBe('release manager');
});

test.each([
  [['bob', 'alice'], 'a maintainer edits'],
  [['alice', 'bob'], 'a stranger edits'],
])('where two had a part, both need the role: %j', async (people) => {
  await expect(ask(people)).rejects.toMatchObject({
    reason: 'permission_too_low',
    message: '`bob`, who wrote it, holds the role `read` on acme/api, and this step needs `write`.',
  });
});

test('nobody is asked about after the first who may not', async () => {
  await expect(ask(['bob', 'alice'])).rejects.toThrow('`bob`');
  expect(github.calls.slice(called).map(({ path }) => path)).toEqual(['/repos/acme/api/collaborators/bob/permission']);
});

test('a person whom GitHub does not know holds no role', async () => {
  await expect(ask(['renovate'])).rejects.toThrow('holds the role `none`');
});

test.each([
  ['an account that is gone', '', 'A deleted account, who wrote it, is no person’s account that exists'],
  ['an organization', 'acme/Organization', '(its type is `Organization`)'],
  ['a bot that is not listed', 'renovate[bot]/Bot', 'is a bot that `allowed-bots` does not name.'],
  ['the bot of workflows, though listed', 'github-actions[bot]/Bot', 'is the account that workflows write with.'],
])('without asking GitHub, %s is refused', async (_what, person, message) => {
  const refused = ask([person], { inputs: { 'allowed-bots': 'github-actions' } });
  await expect(refused).rejects.toMatchObject({
    reason: 'permission_too_low',
    message: expect.stringContaining(message),
  });
  expect(github.calls.slice(called)).toEqual([]);
});

test('a listed bot is allowed, but not when the token is its own: it would answer itself', async () => {
  const inputs = { 'allowed-bots': 'renovate, helper' };
  expect(await ask(['renovate[bot]/Bot'], { inputs })).toBe('renovate[bot]: allowed bot');
  const token = github.tokenFor('helper');
  expect(await ask(['renovate[bot]/Bot'], { inputs, token })).toBe('renovate[bot]: allowed bot');
  await expect(ask(['helper/Bot'], { inputs, token })).rejects.toMatchObject({
    reason: 'permission_too_low',
    message: '`helper`, who wrote it, is the account of `github-token` itself.',
  });
});

test('a listed bot is refused when GitHub does not say whose the token is', async () => {
  github.fail({ method: 'POST', path: '/graphql', status: 403 });
  github.fail({ method: 'GET', path: '/user', status: 403 });
  const asked = ask(['renovate[bot]/Bot'], {
    inputs: { 'allowed-bots': 'renovate' },
    token: github.tokenFor('helper'),
  });
  await expect(asked).rejects.toThrow('may be the account of `github-token`');
});

test('a token that may not ask starts nothing, and the message names one that may', async () => {
  await expect(ask(['alice'], { token: github.tokenFor('bob') })).rejects.toMatchObject({
    reason: 'github_failed',
    remedy: expect.stringContaining('Pass a `github-token` that may ask'),
  });
  await expect(ask(['alice'], { token: 'unknown' })).rejects.toMatchObject({ reason: 'github_failed' });
});

test('without a token nothing starts, and both ways out are named', async () => {
  await expect(ask(['alice'], { token: '' })).rejects.toThrow(
    'Input `permission` is "write", which needs `github-token` to ask GitHub who may start the step; pass one, or set `none` to let anybody.',
  );
});

test('a limit of GitHub’s that lasts is not waited out', async () => {
  const headers = { 'retry-after': '3600' };
  const path = '/repos/acme/api/collaborators/alice/permission';
  github.fail({ method: 'GET', path, status: 429, headers });
  await expect(ask(['alice'])).rejects.toMatchObject({
    reason: 'github_failed',
    message: expect.stringContaining('nothing was started'),
  });
});
