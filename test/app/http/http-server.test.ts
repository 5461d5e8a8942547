import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listen, ListenError, type HttpServer, type Route } from '../../../app/http/http-server.ts';
import { readJsonBytes } from '../../../app/http/read-body.ts';
import { keepingLog } from '../../support/keeping-log.ts';

let server: HttpServer;
let lines: string[];
beforeEach(async () => {
  lines = [];
  const routes: [string, Route][] = [
    [
      '/echo',
      { method: 'POST', handle: async (sent) => ({ status: 200, body: String(await readJsonBytes(sent, 10)) }) },
    ],
    ['/broken', { method: 'GET', handle: () => Promise.reject(new Error('inside')) }],
  ];
  server = await listen({ host: '127.0.0.1', port: 0, routes: new Map(routes), log: keepingLog(lines) });
});
afterEach(async () => {
  await server.close();
});

const HEADERS = { 'content-type': 'application/json' };

test('a body is read as the bytes it is', async () => {
  const answer = await fetch(`${server.url}/echo?x=1`, { method: 'POST', body: '"é"', headers: HEADERS });
  expect([answer.status, await answer.text()]).toEqual([200, '"é"']);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a body that announces nothing is refused as soon as it is too large, and the rest is not waited for', async () => {
  const status = await new Promise((resolve) => {
    const sent = request(`${server.url}/echo`, { method: 'POST', headers: HEADERS }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    // Cut off by the server while it is still writing, which is the point.
    sent.on('error', () => undefined);
    sent.write('x'.repeat(11));
  });
  expect(status).toBe(413);
});

test('what goes wrong inside is logged, and not told to the sender', async () => {
  const answer = await fetch(`${server.url}/broken`);
  expect([answer.status, await answer.json()]).toEqual([500, { error: 'Internal error.' }]);
  expect(lines).toEqual(['error: GET /broken failed: inside']);
});

test('an address that is taken is named', async () => {
  const port = Number(new URL(server.url).port);
  const second = listen({ host: '127.0.0.1', port, routes: new Map(), log: keepingLog() });
  await expect(second).rejects.toThrow(ListenError);
  await expect(second).rejects.toThrow(`127.0.0.1:${port}`);
});
