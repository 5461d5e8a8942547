import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Parts } from '../../app/compose.ts';
import { APP_OPERATIONS, OPERATIONS } from '../../app/github/operations.ts';
import { StorageUnavailable } from '../../app/sql/storage-error.ts';
import type { LookStore } from '../../shared/ports/store.ts';
import { startWorld, WEBHOOK_SECRET, type AppWorld } from '../support/app-world.ts';

let world: AppWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
  return await fetch(`${world.app.url}${path}`, init);
}

function signed(body: string, headers: Record<string, string> = {}): Record<string, string> {
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
  return {
    'x-github-event': 'issue_comment',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': `sha256=${digest}`,
    ...headers,
  };
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${world.app.metricsUrl}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length) ?? 0,
  );
}

describe('a comment with a command', () => {
  test('gets 👀, one comment that ends with the result a webhook brought, and 🎉', async () => {
    await world.say('/rebyte look around\n\ndemo: result Hello from the agent');
    const bodies = await world.comments((all) =>
      all.some((body) => body.includes('Hello from the agent') && !body.startsWith('/rebyte')),
    );
    expect(bodies).toHaveLength(2);
    await world.settled();
    const reactions = world.github.calls.filter(({ path }) => path.endsWith('/reactions'));
    expect(reactions.map(({ body }) => body)).toEqual([{ content: 'eyes' }, { content: 'hooray' }]);
    expect(await metric('rebyte_runs_settled_total{status="succeeded",reason="completed"}')).toBe(1);
    expect(await metric('rebyte_webhook_deliveries_total{outcome="taken"}')).toBe(1);
  });

  test('is carried out once when GitHub delivers it twice', async () => {
    const before = (await world.comments(() => true)).length;
    await world.say('/rebyte help');
    await world.comments((all) => all.length === before + 2);
    await world.settled();
    const [delivery] = world.github
      .deliveries('rebyte')
      .filter(({ event }) => event === 'issue_comment')
      .slice(-2);
    await world.github.redeliver('rebyte', delivery!.id);
    await world.settled();
    expect(await world.comments(() => true)).toHaveLength(before + 2);
    expect(await metric('rebyte_github_deliveries_total{event="issue_comment.created",outcome="repeated"}')).toBe(1);
  });

  test('starts nothing when the App wrote it, and costs no job when it holds no command', async () => {
    const ignored = 'rebyte_github_deliveries_total{event="issue_comment.created",outcome="ignored"}';
    const before = await metric(ignored);
    await world.say('Just a thought about `/rebyte`.');
    await world.github.delivered();
    expect(await metric(ignored)).toBe(before + 1);
  });
});

describe("GitHub's webhooks", () => {
  const path = '/api/github/webhooks';

  test('are refused without their headers, which are named', async () => {
    const answer = await post(path, '{}');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('x-github-event, x-github-delivery, x-hub-signature-256');
  });

  test.each([
    ['another secret', 'sha256=' + createHmac('sha256', 'development').update('{}').digest('hex')],
    ['no signature at all', 'nonsense'],
    ['an old digest', 'sha1=' + createHmac('sha1', WEBHOOK_SECRET).update('{}').digest('hex')],
  ])('are refused with %s, and what they hold is not logged', async (_, signature) => {
    const answer = await post(path, '{"x":"do-not-log"}', { ...signed('{}'), 'x-hub-signature-256': signature });
    expect(answer.status).toBe(401);
    expect(world.lines.join('')).not.toContain('do-not-log');
  });

  test('must be JSON', async () => {
    expect((await post(path, '{}', { ...signed('{}'), 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(path, '{]', signed('{]'))).status).toBe(400);
  });

  test('are accepted and ignored when their shape is not what GitHub documents', async () => {
    for (const body of [
      '{}',
      '{"action":"created"}',
      '{"action":"created","comment":{"body":7},"installation":{"id":"1"}}',
    ]) {
      expect((await post(path, body, signed(body))).status).toBe(202);
    }
    expect(
      world.lines.some((line) => line.includes('is not what GitHub documents') && line.includes('installation')),
    ).toBe(true);
  });

  test('that announce more than 25 MiB are refused before a byte of them is read', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { ...signed(''), 'content-type': 'application/json', 'content-length': String(26 * 1024 * 1024) };
      const sent = request(`${world.app.url}${path}`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.once('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

test('a disk that is full at the start keeps no App from starting', async () => {
  let refusals = 1;
  const around = (parts: Parts): Parts => {
    const bringForward: LookStore['bringForward'] = async (...given) => {
      if (refusals-- > 0) throw new StorageUnavailable('its disk is full.', { cause: undefined });
      await parts.engine.store.bringForward(...given);
    };
    const store = new Proxy(parts.engine.store, {
      get: (target, name): unknown => (name === 'bringForward' ? bringForward : Reflect.get(target, name, target)),
    });
    return { ...parts, engine: { ...parts.engine, store } };
  };
  const full = await startWorld({}, { around });
  expect((await fetch(`${full.app.url}/healthz`)).status).toBe(200);
  expect(full.lines.join('')).toContain('cannot be looked for yet, again in 5000 ms: its disk is full.');
  await full.close();
});

describe('what is around', () => {
  test('says that it is alive and ready, without names', async () => {
    expect((await fetch(`${world.app.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${world.app.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, webhooks: ['active'] });
    expect(ready.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('keeps the metrics off the address that the world posts to', async () => {
    expect((await fetch(`${world.app.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${world.app.metricsUrl}/metrics`)).status).toBe(200);
    expect(await metric('rebyte_http_refused_total{reason="not_found"}')).toBeGreaterThan(0);
  });

  test('answers other methods and paths with what they are', async () => {
    const get = await fetch(`${world.app.url}/rebyte/webhooks`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post('/rebyte/webhooks/nobody', '{}')).status).toBe(404);
  });

  test("makes only calls that GitHub's description allows and app.yml asks for", () => {
    const known = [...Object.keys(OPERATIONS), ...APP_OPERATIONS].map((operation) => {
      const [method = '', template = ''] = operation.split(' ');
      return new RegExp(`^${method} ${template.replaceAll('{path}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    });
    // Ada's own calls are the test's.
    const calls = world.github.calls.filter(({ login }) => login !== 'ada');
    const unknown = calls
      .map(({ method, path }) => `${method} ${path}`)
      .filter((call) => !known.some((one) => one.test(call)));
    expect(unknown).toEqual([]);
    expect(world.github.violations).toEqual([]);
  });

  test('keeps every secret out of the log', () => {
    const log = world.lines.join('');
    expect(log).not.toContain(WEBHOOK_SECRET);
    expect(log).not.toContain('rbk_localhost');
    expect(log).not.toMatch(/gh[ps]_\w{20}/);
  });
});
