import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRebyte, type Rebyte } from '../../../emulator/rebyte/index.ts';

const KEY = 'rbk_localhost';
const FAULT = '{"kind":"respond","status":502}';

/** The status of a request with exactly these headers, which `fetch` would not send. */
function statusOf(
  rebyte: Rebyte,
  { method = 'GET', path = '/v1/tasks', ...headers }: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${rebyte.origin}${path}`, { method, headers: { API_KEY: KEY, ...headers }, agent: false });
    sent.once('response', (response) => response.resume().once('end', () => resolve(response.statusCode)));
    sent.once('error', reject).end(method === 'POST' ? FAULT : '');
  });
}

describe('bound to loopback', () => {
  let rebyte: Rebyte;
  beforeAll(async () => void (rebyte = await startRebyte({ control: true })));
  afterAll(() => rebyte.close());

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.1.2.3:9', '[::1]:8787'])('%s is served', async (Host) => {
    expect(await statusOf(rebyte, { Host })).toBe(200);
  });

  test.each(['evil.example', 'evil.example:8787', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'])(
    'the name %s is not: no web page can reach it by DNS rebinding',
    async (Host) => {
      expect(await statusOf(rebyte, { Host })).toBe(421);
      expect(await statusOf(rebyte, { Host, method: 'POST', path: '/_emulator/faults' })).toBe(421);
      expect(rebyte.control.faults.list()).toEqual([]);
    },
  );

  test.each([
    ['another origin', { Origin: 'https://evil.example' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { Origin: 'null' }],
    ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port, as the browser says', { 'Sec-Fetch-Site': 'same-site' }],
    ['a form on another site', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }],
  ])('a POST from %s is refused, to the control surface and to the API', async (_whom, headers) => {
    expect(await statusOf(rebyte, { method: 'POST', path: '/_emulator/faults', ...headers })).toBe(403);
    expect(await statusOf(rebyte, { method: 'POST', ...headers })).toBe(403);
    expect(rebyte.control.faults.list()).toEqual([]);
  });

  test('a page of its own origin is served, and so is whoever follows a link to it', async () => {
    const own = { Origin: rebyte.origin, 'Sec-Fetch-Site': 'same-origin' };
    expect(await statusOf(rebyte, own)).toBe(200);
    expect(await statusOf(rebyte, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' })).toBe(200);
    expect(await statusOf(rebyte, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' })).toBe(403);
    expect(await statusOf(rebyte, { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' })).toBe(200);
  });
});

test('bound to every address, the API takes any name, and the control surface only localhost and addresses', async () => {
  const rebyte = await startRebyte({ control: true, host: '0.0.0.0' });
  const control = { method: 'POST', path: '/_emulator/faults' };
  try {
    expect(await statusOf(rebyte, { Host: 'host.docker.internal' })).toBe(200);
    expect(await statusOf(rebyte, { Host: 'host.docker.internal', ...control })).toBe(421);
    expect(await statusOf(rebyte, { Host: '192.168.1.5:8787', ...control })).toBe(201);
    expect(await statusOf(rebyte, { Host: '[fe80::1]:8787', ...control })).toBe(201);
  } finally {
    await rebyte.close();
  }
});

test('bound to one address, that address is served as well', async () => {
  const rebyte = await startRebyte({ host: '127.0.0.2' });
  try {
    expect(await statusOf(rebyte, {})).toBe(200);
    expect(await statusOf(rebyte, { Host: 'evil.example' })).toBe(421);
  } finally {
    await rebyte.close();
  }
});
