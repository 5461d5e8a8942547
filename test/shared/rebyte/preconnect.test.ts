import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RebyteClient, type ClientOptions } from '../../../shared/rebyte/index.ts';
import { WarmConnection } from '../../../shared/rebyte/warm-connection.ts';
import { closedPort } from './closed-port.ts';
import { failure } from './scripted-server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CERTIFICATE = `${root}/test/fixtures/tls/certificate.pem`;
const TASK = JSON.stringify({ id: 't1', url: 'u', status: 'running', createdAt: '2026-01-28T12:00:00.000Z' });

let closing: (() => Promise<unknown>)[];
beforeEach(() => void (closing = []));
afterEach(async () => void (await Promise.all(closing.map((close) => close()))));

function clientOf(baseUrl: string, options: Partial<ClientOptions> = {}): RebyteClient {
  const client = new RebyteClient({ apiKey: 'rbk_test', baseUrl, retry: { attempts: 1 }, engine: 'node', ...options });
  closing.push(() => client.close());
  return client;
}

/** Listens, keeps the connections in their order, and ends with the test. */
async function listening(server: TcpServer | Server): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => void sockets.push(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** Both ends are of this process: after some turns of its loop each has read what the other wrote. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

describe('a connection opened ahead', () => {
  test('carries the first request, and only that', async () => {
    const used: Socket[] = [];
    const server = createServer((req, res) => {
      used.push(req.socket);
      res.end(TASK);
    });
    const { port, sockets } = await listening(server);
    const client = clientOf(`http://127.0.0.1:${port}`);
    const connected = once(server, 'connection');
    client.preconnect();
    client.preconnect();
    await connected;
    await turns();
    await Promise.all([client.tasks.get('t1'), client.tasks.get('t1')]);
    expect(sockets).toHaveLength(2);
    expect(new Set(used)).toEqual(new Set(sockets));
  });

  test('is waited for when the request comes first', async () => {
    const { port, sockets } = await listening(createServer((_req, res) => void res.end(TASK)));
    const client = clientOf(`http://127.0.0.1:${port}`);
    client.preconnect();
    await client.tasks.get('t1');
    expect(sockets).toHaveLength(1);
  });

  test('has its TLS handshake behind it', async () => {
    const [cert, key] = await Promise.all([readFile(CERTIFICATE), readFile(`${root}/test/fixtures/tls/key.pem`)]);
    const server = createTlsServer({ cert, key }, (_req, res) => void res.end(TASK));
    const { port, sockets } = await listening(server);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['scripts/run.mjs', 'test/shared/rebyte/get-task.ts', `https://127.0.0.1:${port}/v1`, 'node', 'preconnect'],
      { cwd: root, env: { ...process.env, NODE_EXTRA_CA_CERTS: CERTIFICATE } },
    );
    expect(stdout).toBe('t1');
    expect(sockets).toHaveLength(1);
  });

  test.each([
    ['closes what is idle', ''],
    ['speaks first', 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'],
  ])('is replaced when the server %s', async (_what, words) => {
    let first = true;
    const server = createServer((_req, res) => void res.end(TASK));
    const { port, sockets } = await listening(server);
    server.prependListener('connection', (socket: Socket) => {
      if (first) socket.end(words);
      first = false;
    });
    const client = clientOf(`http://127.0.0.1:${port}`);
    const connected = once(server, 'connection');
    client.preconnect();
    await connected;
    await turns();
    expect(await client.tasks.get('t1')).toMatchObject({ id: 't1' });
    expect(sockets).toHaveLength(2);
  });

  test('that never comes about is a connect timeout of the request, which was not sent', async () => {
    const { port } = await listening(createTcpServer());
    const client = clientOf(`https://127.0.0.1:${port}`, { timeouts: { connectMs: 50 } });
    client.preconnect();
    expect(await failure(client.tasks.create({ prompt: 'p' }))).toMatchObject({ phase: 'connect', sent: 'no' });
  });

  test('that is refused is told by the request, which was not sent', async () => {
    const client = clientOf(`http://127.0.0.1:${await closedPort()}`);
    client.preconnect();
    expect(await failure(client.tasks.create({ prompt: 'p' }))).toMatchObject({
      sent: 'no',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('that is cut while it is being made is made anew by the next attempt', async () => {
    const server = createServer((_req, res) => void res.end(TASK));
    const { port } = await listening(server);
    server.prependOnceListener('connection', (socket: Socket) => socket.resetAndDestroy());
    const client = clientOf(`http://127.0.0.1:${port}`, { retry: { attempts: 2, baseMs: 1 } });
    client.preconnect();
    expect(await client.tasks.get('t1')).toMatchObject({ id: 't1' });
  });

  test('serves nobody but the server it leads to', async () => {
    const { port } = await listening(createServer());
    const warm = await WarmConnection.open(new URL(`http://127.0.0.1:${port}`));
    expect(warm.take(new URL(`http://127.0.0.1:${await closedPort()}`))).toBeUndefined();
    warm.close();
  });

  test('ends with the client', async () => {
    const server = createServer();
    const { port, sockets } = await listening(server);
    const client = clientOf(`http://127.0.0.1:${port}`);
    const connected = once(server, 'connection');
    client.preconnect();
    await connected;
    const [socket] = sockets;
    await client.close();
    await turns();
    expect(socket?.destroyed).toBe(true);
  });

  test('holds no process up', async () => {
    const { port } = await listening(createServer());
    const script = ['scripts/run.mjs', 'test/shared/rebyte/preconnect-only.ts', `http://127.0.0.1:${port}`];
    expect((await promisify(execFile)(process.execPath, script, { cwd: root })).stdout).toBe('');
  });

  test('is not opened behind a proxy, where the tunnel is the way', async () => {
    const { port, sockets } = await listening(createServer((_req, res) => void res.end(TASK)));
    const proxy = createServer();
    const { port: proxyPort } = await listening(proxy);
    const refuse = (_req: unknown, socket: Socket): void => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    proxy.on('connect', refuse);
    const options = { engine: undefined, proxy: `http://127.0.0.1:${proxyPort}` };
    const client = clientOf(`http://127.0.0.1:${port}`, options);
    client.preconnect();
    expect(await failure(client.tasks.get('t1'))).toMatchObject({ sent: 'no' });
    expect(sockets).toEqual([]);
  });
});
