import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import { plantedIn, PROXY_PASSWORD } from './planted-secrets.ts';
import { RefusingProxy } from './refusing-proxy.ts';
import type { World } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';
import { everythingOf, laced, leaks, quoted, type PlantedSecret } from '../../support/planted-secrets.ts';

let observed: ObservedWorld;
let world: World;
let temp: string;
let planted: readonly PlantedSecret[];
let printed: string[];
let proxy: RefusingProxy;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
  planted = plantedIn(world);
  proxy = await RefusingProxy.start(() => everythingOf(planted));
});

afterAll(async () => {
  await proxy.stop();
  await observed.stop();
});

beforeEach(() => {
  world.checkOutPull();
  temp = mkdtempSync(path.join(world.directory, 'temp-'));
  printed = [];
});

afterEach(() => {
  rmSync(temp, { recursive: true });
  observed.tap.alter = undefined;
  observed.tap.instead = undefined;
  world.rebyte.control.faults.clear();
  world.github.calm();
});

/** What one case does besides running the step. */
interface Place {
  /** Directives of the demo agent, one for each line. */
  readonly says?: (told: string) => string;
  readonly inputs?: (told: string) => Record<string, string>;
  readonly event?: (told: string) => object;
  /** Readies the servers. */
  readonly ready?: (told: string) => void;
  readonly reason: string;
  /** The secrets were told in pieces: nobody can mask those, and nobody may put them together. */
  readonly inPieces?: true;
}

function event(kind: string, payload: object): string {
  return `demo: event ${kind} ${JSON.stringify(payload)}`;
}

/** Cut in the middle of every secret, as a stream is cut wherever it likes. */
function inPieces(): string {
  const pieces = planted
    .flatMap(({ told }) => told)
    .flatMap((told) => [told.slice(0, told.length / 2), `${told.slice(told.length / 2)}\n`]);
  return pieces.map((piece) => `demo: say ${quoted(piece)}`).join('\n');
}

const problem = (told: string) => JSON.stringify({ error: { code: 'validation_error', message: told } });

/** Answers in Rebyte's place, where method and path fit. */
function rebyteAnswers(
  method: string,
  where: RegExp,
  answer: { status: number; body?: string; location?: string },
): void {
  observed.tap.instead = (request) =>
    request.method === method && where.test(request.path)
      ? {
          status: answer.status,
          ...(answer.body !== undefined && { body: answer.body }),
          ...(answer.location !== undefined && { headers: { location: answer.location } }),
        }
      : undefined;
}

/** Changes fields of what Rebyte answers. */
function rebyteAlters(method: string, where: RegExp, changes: object): void {
  observed.tap.alter = (request, answer) =>
    request.method === method && where.test(request.path)
      ? JSON.stringify({ ...(JSON.parse(answer) as object), ...changes })
      : answer;
}

function githubFails(where: RegExp, status: number, body: unknown, methods = ['POST', 'PATCH']): void {
  for (const method of methods)
    world.github.fail({ method, path: where, status, body, login: 'github-actions[bot]', times: 20 });
}

const COMMENTS = /issues\/(?:\d+\/)?comments/;
const DONE = 'completed';

const PLACES: Readonly<Record<string, Place>> = {
  'the agent’s words': { says: (told) => `demo: say ${quoted(told)}\\n`, reason: DONE },
  'words in pieces': { says: () => inPieces(), reason: DONE },
  'words with escape sequences inside': {
    says: (told) => `demo: say ${quoted(laced(told, '\x1b[0m'))}\\n`,
    reason: DONE,
  },
  'words with control characters inside': {
    says: (told) => `demo: say ${quoted(laced(told, '\x07'))}\\n`,
    reason: DONE,
  },
  thoughts: { says: (told) => event('thinking', { content: told }), reason: DONE },
  'a tool’s name, input and output': {
    says: (told) =>
      [
        event('tool_use', { name: `Bash ${told}`, input: { command: `curl -H "${told}"` } }),
        event('tool_result', { output: told }),
        event('tool_use', { name: 'Write', input: { file_path: told, content: told } }),
        event('tool_result', { content: [{ type: 'text', text: told }] }),
      ].join('\n'),
    reason: DONE,
  },
  'an event of an unknown kind': { says: (told) => event('other', { [told]: told }), reason: DONE },
  'the result': { says: (told) => `demo: result Found: ${quoted(told)}`, reason: DONE },
  'a result with invisible characters inside': {
    says: (told) => `demo: result Found: ${quoted(laced(told, '\u200b'))}`,
    reason: DONE,
    inPieces: true,
  },
  'a result with comments inside': {
    says: (told) => `demo: result Found: ${quoted(laced(told, '<!-- x -->'))}`,
    reason: DONE,
    inPieces: true,
  },
  'a result of JSON': { says: (told) => `demo: result ${quoted(JSON.stringify({ told }))}`, reason: DONE },
  'the reason of a failure': { says: (told) => `demo: fail ${told}`, reason: 'task_failed' },
  'names of artifacts': {
    ready: (told) =>
      rebyteAlters('GET', /artifacts$/, {
        data: [told, ...told.split(' ; ')].map((name) => ({ name: `${name}.csv`, size: 1, downloadUrl: told })),
      }),
    inputs: () => ({ artifacts: '*.csv' }),
    reason: 'artifacts_failed',
  },
  'a refusal of Rebyte’s': {
    ready: (told) => rebyteAnswers('POST', /^\/tasks$/, { status: 400, body: problem(told) }),
    reason: 'rejected',
  },
  'a code that Rebyte refuses with': {
    ready: (told) =>
      rebyteAnswers('POST', /^\/tasks$/, {
        status: 403,
        body: JSON.stringify({ error: { code: told, message: told } }),
      }),
    reason: 'rejected',
  },
  'a proxy’s page in Rebyte’s place': {
    ready: (told) => rebyteAnswers('POST', /^\/tasks$/, { status: 403, body: `<html>${told}</html>` }),
    reason: 'rejected',
  },
  'a task that Rebyte no longer knows': {
    ready: (told) => rebyteAnswers('GET', /^\/tasks\/[^/]+/, { status: 404, body: problem(told) }),
    reason: 'lost',
  },
  'a status that nobody knows': {
    ready: (told) =>
      rebyteAlters('GET', /^\/tasks\/[^/]+$/, { status: told, title: told, executor: told, model: told }),
    reason: DONE,
  },
  'where Rebyte redirects to': {
    ready: (told) =>
      rebyteAnswers('POST', /^\/tasks$/, { status: 307, location: `https://u:${encodeURIComponent(told)}@x.example/` }),
    reason: 'rejected',
  },
  'addresses that Rebyte gives': {
    ready: (told) => rebyteAlters('POST', /^\/tasks$/, { url: `https://app.rebyte.ai/run?${told}` }),
    reason: DONE,
  },
  'a share address': {
    ready: (told) => rebyteAlters('PATCH', /visibility$/, { shareUrl: `https://app.rebyte.ai/share?${told}` }),
    inputs: () => ({ visibility: 'public' }),
    reason: DONE,
  },
  'a refused upload': {
    ready: (told) => rebyteAnswers('POST', /^\/files$/, { status: 400, body: problem(told) }),
    inputs: () => ({ files: 'README.md' }),
    reason: 'rejected',
  },
  'a storage’s refusal, at a signed address': {
    ready: (told) => {
      observed.tap.alter = ({ path: where }, answer) =>
        where === '/files'
          ? JSON.stringify({
              ...(JSON.parse(answer) as object),
              uploadUrl: `${observed.tap.url}/put?X-Amz-Signature=${told}`,
            })
          : answer;
      rebyteAnswers('PUT', /^\/put/, { status: 403, body: `<Error><Message>${told}</Message></Error>` });
    },
    inputs: () => ({ files: 'README.md' }),
    reason: 'rejected',
  },
  'a computer that does not come up': {
    ready: (told) => world.rebyte.control.faults.add({ kind: 'provision', error: told }),
    inputs: () => ({ computer: 'box' }),
    reason: 'computer_failed',
  },
  'GitHub’s refusal of a comment': {
    ready: (told) =>
      githubFails(COMMENTS, 422, { message: told, errors: [{ resource: told, field: told, code: told }, told] }),
    reason: 'report_failed',
  },
  'a proxy’s page in GitHub’s place': {
    ready: (told) => githubFails(COMMENTS, 403, `<html>${told}</html>`),
    reason: 'report_failed',
  },
  'GitHub’s refusal of a check': {
    ready: (told) => githubFails(/check-runs/, 403, { message: told }),
    reason: 'report_failed',
  },
  'GitHub’s refusal to show comments': {
    ready: (told) => githubFails(COMMENTS, 403, { message: told }, ['GET']),
    reason: 'report_failed',
  },
  'the event’s payload': {
    event: (told) => ({
      title: told,
      body: told,
      user: { login: told },
      labels: [{ name: told }],
      head: { ref: told, label: told },
    }),
    inputs: () => ({ 'dry-run': 'true' }),
    reason: 'dry_run',
  },
  'a proxy’s refusal': {
    inputs: () => ({ 'api-url': 'https://api.rebyte.invalid/v1' }),
    reason: 'unavailable',
  },
  'inputs that do not fit': {
    inputs: (told) => ({ 'timeout-minutes': told }),
    reason: 'invalid_input',
  },
  'inputs that are passed on': {
    inputs: (told) => ({ executor: told, model: told, skills: told, computer: told.slice(0, 150) }),
    reason: 'rejected',
  },
};

/** Everything a run leaves where somebody could read it: as one text for each place. */
async function outputsOf(result: ActionResult, callsBefore: number): Promise<Record<string, string>> {
  const calls = world.github.calls.slice(callsBefore);
  return {
    'standard output': printed.filter((line) => !line.startsWith('::add-mask::')).join('\n'),
    outputs: JSON.stringify([result.outputs, result.steps.map(({ outputs }) => outputs)]),
    annotations: JSON.stringify(result.steps.map(({ annotations }) => annotations)),
    comments: JSON.stringify((await world.comments()).map(({ body }) => body)),
    'requests to GitHub': calls.map(({ path: where, query, body }) => JSON.stringify([where, query, body])).join('\n'),
    // GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STEP_SUMMARY before the runner reads them, and the state for the cleanup step.
    'files of the step': contentsOf(temp, (file) => !file.endsWith('event.json')),
    'requests to Rebyte': JSON.stringify(observed.tap.requests.map(({ body }) => body)),
  };
}

function contentsOf(folder: string, isLookedAt: (file: string) => boolean): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile() && isLookedAt(file))
    .map((file) => `${path.basename(file)}\n${readFileSync(file, 'utf8')}`)
    .join('\n');
}

/** Lets agents end that wait to be heard. */
function letGo(): void {
  const workspaces = path.join(world.rebyte.directory, 'workspaces');
  for (const id of readdirSync(workspaces)) {
    const clone = path.join(workspaces, id, 'code/api');
    if (existsSync(clone)) writeFileSync(path.join(clone, 'heard'), '');
  }
}

async function runAt({ says, inputs, event: changed, ready }: Place): Promise<Record<string, string>> {
  const told = everythingOf(planted);
  // From a file: the workflow's author would be who tells secrets, and the runner shows a step's inputs.
  // The agent waits until it is listened to: who comes after the end hears nothing of what was said before.
  world.write('ask.md', `${says?.(told) ?? 'demo: result ok'}\ndemo: wait heard\n`);
  ready?.(told);
  const answered = observed.tap.instead;
  observed.tap.instead = (request) => {
    if (request.path.endsWith('/events')) letGo();
    return answered?.(request);
  };
  const callsBefore = world.github.calls.length;
  observed.tap.requests.length = 0;
  const context = world.pullRequestEvent();
  const known = Object(context.event);
  const pull = { ...known.pull_request, ...changed?.(told) };
  const result = await observed.run({
    inputs: { 'prompt-file': 'ask.md', 'include-changes': 'off', report: 'comment check', ...inputs?.(told) },
    github: { ...context, event: { ...known, pull_request: pull } },
    env: { HTTPS_PROXY: `http://rebyte:${encodeURIComponent(PROXY_PASSWORD)}@${proxy.address}` },
    runner: { temp, onOutput: (line) => printed.push(line) },
  });
  rmSync(path.join(world.workspace, 'ask.md'));
  const outputs = await outputsOf(result, callsBefore);
  return { ...outputs, reason: result.outputs['reason-code'] ?? '' };
}

test('each planted secret would be seen', () => {
  expect(planted.length).toBeGreaterThanOrEqual(15);
  expect(leaks(planted, { nothing: 'ok', all: everythingOf(planted) })).toHaveLength(planted.length);
});

describe('no secret comes out that stands in', () => {
  test.each(Object.entries(PLACES))('%s', async (_name, place) => {
    const { reason, 'requests to Rebyte': asked, ...outputs } = await runAt(place);
    // What the workflow's author and the event say goes to Rebyte: that is what they are for.
    const isOurs = place.says === undefined && place.inputs === undefined && place.event === undefined;
    const read = { ...outputs, ...(isOurs && { 'requests to Rebyte': asked ?? '' }) };
    expect({ leaks: leaks(planted, read, place.inPieces === true ? 'wholes' : 'traces'), reason }).toEqual({
      leaks: [],
      reason: place.reason,
    });
  });
});

test('and the proxy’s password reaches the proxy', () => {
  const credentials = Buffer.from(`rebyte:${PROXY_PASSWORD}`).toString('base64');
  expect(proxy.credentials).toContain(`Basic ${credentials}`);
});
