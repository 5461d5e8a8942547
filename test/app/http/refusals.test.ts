import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { githubDeliveries } from '../../../app/github/deliveries.ts';
import { BodyBudget } from '../../../app/http/body-budget.ts';
import { listen, type HttpServer, type ListenOptions, type Route } from '../../../app/http/http-server.ts';
import { readJsonBytes } from '../../../app/http/read-body.ts';
import { keepingLog } from '../../support/keeping-log.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const echo = (maxBytes: number, budget?: BodyBudget): Route => ({
  method: 'POST',
  handle: async (sent) => ({ status: 200, body: String(await readJsonBytes(sent, maxBytes, budget)) }),
});
const routes = new Map<string, Route>([
  ['/echo', echo(10)],
  ['/narrow', echo(10_000, new BodyBudget(1_000))],
  ['/broken', { method: 'GET', handle: () => Promise.reject(new Error('inside')) }],
  ['/hook', githubDeliveries({ secrets: ['a secret'], take: () => Promise.resolve(), onRefused: () => undefined })],
]);

let server: HttpServer;
let refused: string[];
let sockets: Socket[] = [];
let told = (): void => undefined;
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await server.close();
});

async function serve(options: Partial<ListenOptions> = {}): Promise<void> {
  refused = [];
  const onRefused = (reason: string): void => {
    refused.push(reason);
    told();
  };
  server = await listen({ host: '127.0.0.1', port: 0, log: keepingLog(), routes, onRefused, ...options });
}

async function untilRefused(): Promise<void> {
  if (refused.length === 0) await new Promise<void>((resolve) => (told = resolve));
}

async function open(text = ''): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

const signed = {
  ...JSON_BODY,
  'x-github-event': 'push',
  'x-github-delivery': 'one',
  'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
};

describe('a request that is not served is counted by its reason', () => {
  test.each([
    ['too_large', '/echo', JSON_BODY, 'x'.repeat(11)],
    ['budget', '/narrow', JSON_BODY, 'x'.repeat(5_000)],
    ['wrong_content_type', '/echo', { 'content-type': 'text/plain' }, 'x'],
    ['bad_signature', '/hook', signed, '{}'],
    ['malformed', '/hook', JSON_BODY, '{}'],
    ['wrong_method', '/broken', JSON_BODY, '{}'],
    ['not_found', '/elsewhere', JSON_BODY, '{}'],
  ])('%s', async (reason, path, headers, body) => {
    await serve();
    await (await fetch(`${server.url}${path}`, { method: 'POST', headers, body })).text();
    expect(refused).toEqual([reason]);
  });

  test('failed, and once for each request of a connection', async () => {
    await serve();
    const answers = [await fetch(`${server.url}/broken`), await fetch(`${server.url}/broken`)];
    expect(await Promise.all(answers.map(async (answer) => await answer.text()))).toHaveLength(2);
    expect(refused).toEqual(['failed', 'failed']);
  });

  test('and what is served is not counted', async () => {
    await serve();
    await (await fetch(`${server.url}/echo`, { method: 'POST', headers: JSON_BODY, body: '1' })).text();
    expect(refused).toEqual([]);
  });
});

describe('a connection that ends early is counted once', () => {
  const partial = 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n1';

  test.each([
    ['hangs up', (socket: Socket) => socket.end()],
    ['is gone', (socket: Socket) => socket.resetAndDestroy()],
  ])('when its sender %s in the middle of a body', async (_name, leave) => {
    let begun = (): void => undefined;
    const reading = new Promise<void>((resolve) => (begun = resolve));
    const { handle } = echo(10);
    const route: Route = { method: 'POST', handle: (sent) => (begun(), handle(sent)) };
    await serve({ routes: new Map([['/echo', route]]) });
    const socket = await open(partial);
    await reading;
    leave(socket);
    await untilRefused();
    await server.close();
    expect(refused).toEqual(['cut_off']);
  });

  test.each([
    ['of its headers', 'POST /echo HTTP/1.1\r\nhost'],
    ['of its body', partial],
  ])('when it is too slow in the middle %s', async (_name, text) => {
    await serve({ timeouts: { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 } });
    const socket = await open(text);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    await server.close();
    expect(refused).toEqual(['timeout']);
  });

  test('when it does not speak HTTP', async () => {
    await serve();
    const [answer] = await once(await open('hello\r\n\r\n'), 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    expect(refused).toEqual(['malformed']);
  });

  test('when its headers have no end', async () => {
    await serve();
    const [answer] = await once(await open(`GET /echo HTTP/1.1\r\nx: ${'x'.repeat(20_000)}`), 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 431 /);
    expect(refused).toEqual(['too_large']);
  });

  test('when it makes way for a newer one', async () => {
    await serve({ maxConnections: 1 });
    const first = await open(partial);
    // Not once(): the reset that comes with it would reject.
    const closed = new Promise((resolve) => first.once('close', resolve));
    await open();
    await closed;
    expect(refused).toEqual(['connection_limit']);
  });
});
