import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { opsToken } from '../../../app/ops/ops-token.ts';
import { startApp } from '../../../app/start.ts';
import { everythingOf, laced, leaks, quoted, type PlantedSecret } from '../../support/planted-secrets.ts';
import { LAB, LAB_CONFIG } from './lab.ts';
import { pathOf, threadPath, type Place } from './places.ts';
import { OLD_WEBHOOK_SECRET, plantedIn } from './planted-secrets.ts';
import { APP, BOT, OWN_PULL, WEBHOOK_SECRET } from './seed.ts';
import { settingsFor } from './settings-for.ts';
import { World } from './world.ts';

const QUICK = { firstMs: 1, maxMs: 5 };
/** Tokens of this very run, which no list can name: an installation's, and the App's own JSON Web Token. */
const LIVE_TOKEN = /ghs_[0-9a-f]{36}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+/g;

let world: World;
let planted: readonly PlantedSecret[];
let told: string;
/** What the App answered to whoever asked it something. */
let answers: string[];
/** Where the lists of what came out stood when the case began. */
let from: { log: number; calls: number; passages: number };

beforeAll(async () => {
  world = await World.start(
    { lab: LAB_CONFIG, broken: 'permission: write\n' },
    {
      launch: async (environment, write) =>
        await startApp(settingsFor({ ...environment, WEBHOOK_SECRET_OLD: OLD_WEBHOOK_SECRET, LOG_LEVEL: 'trace' }), {
          write,
          intervals: { sweepMs: 50, schedulesMs: 50 },
          backoff: QUICK,
        }),
    },
  );
  planted = plantedIn(world);
  told = everythingOf(planted);
}, 60_000);

beforeEach(() => {
  answers = [];
  from = {
    log: world.log.length,
    calls: world.github.calls.length,
    passages: world.toRebyte.passages.length,
  };
});

afterEach(async () => {
  world.github.calm();
  world.rebyteOf('acme').control.faults.clear();
  const { letters } = JSON.parse(await ops('/ops/dead')) as { letters: { id: string }[] };
  await ops('/ops/dead/drop', { ids: letters.map(({ id }) => id) });
});

afterAll(async () => {
  await world.stop();
});

/** As an operator asks. */
async function ops(path: string, body?: object): Promise<string> {
  const authorization = `Bearer ${opsToken(WEBHOOK_SECRET)}`;
  const response = await fetch(`${world.app.metricsUrl}${path}`, {
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return await response.text();
}

/** Everything that leaves the App, as one text for each way out. */
async function outputs(): Promise<Record<string, string>> {
  await world.quiet();
  const asked = world.toRebyte.passages.slice(from.passages).filter(({ path }) => !path.startsWith('/v1/webhooks'));
  const written = world.github.calls.slice(from.calls).filter(({ login }) => login === BOT || login === APP);
  return {
    'the log': world.log.slice(from.log).join(''),
    'requests to GitHub': written.map(({ path, query, body }) => JSON.stringify([path, query, body])).join('\n'),
    'addresses of requests to Rebyte': asked.map(({ path }) => path).join('\n'),
    metrics: await (await fetch(`${world.app.metricsUrl}/metrics`)).text(),
    'dead letters': await ops('/ops/dead'),
    readiness: await (await fetch(`${world.app.url}/readyz`)).text(),
    answers: answers.join('\n'),
  };
}

async function expectNoLeak(seen: 'traces' | 'wholes'): Promise<void> {
  const all = await outputs();
  const live = Object.entries(all).flatMap(([output, text]) =>
    (text.match(LIVE_TOKEN) ?? []).map((token) => `${token.slice(0, 8)}… in ${output}`),
  );
  expect([...leaks(planted, all, seen), ...live]).toEqual([]);
}

async function command(text: string, issue: { title?: string; body?: string } = {}): Promise<Place> {
  const place = await world.openIssue(LAB, issue);
  await world.comment(place, text);
  return place;
}

const ENDED = /### (?:✅|❌|⛔|🚫|⏰|❓|🔍)/;

/** Gives a command to the demo agent and waits for the end. */
async function agentDoes(...directives: readonly string[]): Promise<void> {
  const place = await command(`/rebyte one\n${directives.join('\n')}`);
  await world.untilSaid(place, ENDED);
}

function rebyteRefuses(fault: { status: number; code?: string; message?: string; body?: string }): void {
  world.rebyteOf('acme').control.faults.add({ kind: 'respond', method: 'POST', path: '/v1/tasks', ...fault });
}

function githubRefuses(path: RegExp, status: number, body: unknown, method = 'POST'): void {
  world.github.fail({ method, path, status, body, login: BOT, times: 30 });
}

async function post(path: string, headers: Record<string, string>, body: string): Promise<void> {
  const response = await fetch(`${world.app.url}${path}`, { method: 'POST', headers, body });
  answers.push(JSON.stringify([...response.headers]), await response.text());
}

const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '');

const PLACES: Readonly<Record<string, () => Promise<void>>> = {
  'a command': async () => await agentDoes(quoted(told), 'demo: result ok'),
  'words that are no command': async () => {
    const place = await command(`/rebyte --${told}`);
    await world.untilSaid(place, /./);
  },
  'a model and an executor': async () => {
    for (const { told: ways } of planted)
      await world.comment(
        await world.openIssue(LAB),
        `/rebyte --model=${ways[0]?.split(/\s/)[0]} --executor=${ways[0]?.split(/\s/)[0]} one`,
      );
  },
  'a title and a text': async () => {
    const place = await command('/rebyte one\ndemo: result ok', { title: told.slice(0, 250), body: told });
    await world.untilSaid(place, ENDED);
  },
  'the result': async () => await agentDoes(`demo: result Found: ${quoted(told)}`),
  'the result of a pull request’s run': async () => {
    await world.comment({ ...LAB, number: OWN_PULL }, `/rebyte one\ndemo: result Found: ${quoted(told)}`);
    await world.untilSaid({ ...LAB, number: OWN_PULL }, ENDED);
  },
  'a result with comments inside': async () => await agentDoes(`demo: result ${quoted(laced(told, '<!-- x -->'))}`),
  'a result with invisible characters inside': async () =>
    await agentDoes(`demo: result ${quoted(laced(told, '\u200b'))}`),
  'a result of JSON': async () => await agentDoes(`demo: result ${quoted(JSON.stringify({ told }))}`),
  'the reason of a failure': async () => await agentDoes(`demo: fail ${told}`),
  'names of artifacts': async () => {
    const names = planted.flatMap(({ told: ways }) => ways).filter((name) => /^[\w.=-]{1,100}$/.test(name));
    await agentDoes(...names.map((name) => `demo: artifact ${name}.csv 10`), 'demo: result ok');
  },
  'a refusal of Rebyte’s': async () => {
    rebyteRefuses({ status: 400, code: 'validation_error', message: told });
    await agentDoes('demo: result ok');
  },
  'a code of Rebyte’s that nobody knows': async () => {
    rebyteRefuses({ status: 403, code: told, message: told });
    await agentDoes('demo: result ok');
  },
  'a proxy’s page in Rebyte’s place': async () => {
    rebyteRefuses({ status: 403, body: `<html>${told}</html>` });
    await agentDoes('demo: result ok');
  },
  'GitHub’s refusal of a comment': async () => {
    githubRefuses(/comments$/, 422, { message: told, errors: [{ field: told, code: told }, told] });
    await command('/rebyte one\ndemo: result ok');
  },
  'GitHub’s refusal of a reaction': async () => {
    githubRefuses(/reactions$/, 403, { message: told });
    await agentDoes('demo: result ok');
  },
  'GitHub’s refusal of a check': async () => {
    githubRefuses(/check-runs$/, 422, { message: told });
    const place = { ...LAB, number: OWN_PULL };
    const ended = (await world.said(place)).length;
    await world.comment(place, '/rebyte --new one\ndemo: result ok');
    await world.untilSaid(place, ENDED, ended + 1);
  },
  'a proxy’s page in GitHub’s place': async () => {
    githubRefuses(/collaborators\/.*\/permission$/, 403, `<html>${told}</html>`, 'GET');
    await command('/rebyte one\ndemo: result ok');
  },
  'a configuration that is none': async () => {
    const content = Buffer.from(
      [`permission: ${JSON.stringify(told)}`, `${JSON.stringify(told)}: 1`, 'labels: [', told].join('\n'),
    ).toString('base64');
    await breakConfig(content);
  },
  'a configuration’s values': async () => {
    const value = JSON.stringify(told);
    await breakConfig(
      Buffer.from(
        [`permission: ${value}`, `? ${value}\n: 1`, `defaults: { visibility: ${value} }`, `_extends: ${value}`].join(
          '\n',
        ),
      ).toString('base64'),
    );
  },
  'a delivery that nobody signed': async () => {
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'forged-1',
      'x-hub-signature-256': 'sha256=00',
    };
    await post('/api/github/webhooks', headers, JSON.stringify({ told }));
    for (const name of ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'])
      await post('/api/github/webhooks', { ...headers, [name]: ascii(told).slice(0, 7_000) }, told);
  },
  'a delivery of GitHub’s that fits no schema': async () => {
    for (const event of ['issue_comment', 'pull_request', 'installation', 'told'])
      await world.github.deliver(APP, { event, payload: { action: told, installation: { id: told }, told } });
  },
  'a delivery of Rebyte’s that is forged': async () => {
    const headers = {
      'content-type': 'application/json',
      'x-webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'x-webhook-signature': 'bm9uZQ==',
      'x-webhook-secret': ascii(told).slice(0, 7_000),
    };
    await post('/rebyte/webhooks/acme', headers, JSON.stringify({ event: told, taskId: told, data: { result: told } }));
    await post('/rebyte/webhooks/acme', { ...headers, 'x-webhook-timestamp': ascii(told).slice(0, 7_000) }, told);
  },
  'addresses and credentials of requests': async () => {
    const query = encodeURIComponent(told).slice(0, 6_000);
    for (const base of [world.app.url, world.app.metricsUrl]) {
      for (const path of [`/${query}`, `/ops/dead?${query}`, `/metrics?${query}`]) {
        const authorization = `Bearer ${ascii(told).slice(0, 6_000)}`;
        const response = await fetch(`${base}${path}`, { headers: { authorization } });
        answers.push(JSON.stringify([...response.headers]), path.startsWith('/metrics') ? '' : await response.text());
      }
    }
  },
};

/** Nobody can mask what was told in pieces, and nobody may put it together. */
const IN_PIECES = new Set(['a result with comments inside', 'a result with invisible characters inside']);

/** Puts a configuration on the default branch, and asks for something there. */
async function breakConfig(content: string): Promise<void> {
  const broken = { owner: 'acme', repo: 'broken' };
  const file = `${pathOf(broken)}/contents/.github/rebyte.yml`;
  const { sha } = await world.call('GET', file);
  await world.call('PUT', file, { body: { message: 'Break it', content, sha } });
  const place = await world.openIssue(broken);
  await world.comment(place, '/rebyte one');
  await world.untilSaid(place, /rebyte\.yml/);
  await world.call('GET', threadPath(place));
}

test('each planted secret would be seen', () => {
  expect(planted.length).toBeGreaterThanOrEqual(25);
  expect(leaks(planted, { nothing: 'ok', all: told })).toHaveLength(planted.length);
});

describe('no secret comes out that stands in', () => {
  test.each(Object.entries(PLACES))('%s', async (name, plant) => {
    await plant();
    await expectNoLeak(IN_PIECES.has(name) ? 'wholes' : 'traces');
    for (const line of world.log.slice(from.log)) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
