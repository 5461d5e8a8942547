import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ENGINES, failure, json, reset, ScriptedServer, task } from './scripted-server.ts';
import { closedPort } from './closed-port.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CERTIFICATE = `${root}/test/fixtures/tls/certificate.pem`;

describe.each(ENGINES)('over TLS, by %s', (engine) => {
  let server: Server;
  let seen: string[];
  beforeEach(async () => {
    seen = [];
    const [cert, key] = await Promise.all([readFile(CERTIFICATE), readFile(`${root}/test/fixtures/tls/key.pem`)]);
    server = createServer({ cert, key }, (req, res) => {
      seen.push(req.url ?? '');
      res.end(JSON.stringify({ id: 't1', url: 'u', status: 'running', createdAt: '2026-01-28T12:00:00.000Z' }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  const base = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

  test('a certificate that nobody vouches for ends the call before anything is sent', async () => {
    const scripted = await ScriptedServer.start(engine);
    const client = scripted.client({ baseUrl: base(), retry: { attempts: 1 } });
    expect(await failure(client.tasks.create({ prompt: 'p' }))).toMatchObject({
      name: 'ConnectionError',
      sent: 'no',
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(seen).toEqual([]);
    await scripted.close();
  });

  test('one that the machine was told to trust is good', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['scripts/run.mjs', 'test/shared/rebyte/get-task.ts', base(), engine],
      { cwd: root, env: { ...process.env, NODE_EXTRA_CA_CERTS: CERTIFICATE } },
    );
    expect(stdout).toBe('t1');
    expect(seen).toEqual(['/v1/tasks/t1']);
  });
});

describe('the choice of the engine', () => {
  let server: ScriptedServer;
  beforeEach(async () => void (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  /** Node's engine announces that it keeps no connection. */
  const connections = () => server.requests.map(({ headers }) => headers.connection);

  test('is Node for the first request, and undici as soon as it is loaded', async () => {
    server.on('GET /tasks/t1', task('running'));
    const client = server.client();
    while (connections().at(-1) !== 'keep-alive') await client.tasks.get('t1');
    expect(connections()[0]).toBe('close');
    await client.tasks.get('t1');
    expect(connections().at(-1)).toBe('keep-alive');
  });

  test('can be fixed', async () => {
    server.on('GET /tasks/t1', task('running'));
    await server.client({ engine: 'undici' }).tasks.get('t1');
    expect(connections()).toEqual(['keep-alive']);
  });

  test.each([undefined, ...ENGINES])('(%s) onSent follows what reaches a socket, and nothing else', async (engine) => {
    let sent = 0;
    const onSent = () => void (sent += 1);
    const retry = { attempts: 2 };
    const refused = server.client({ engine, onSent, retry, baseUrl: `http://127.0.0.1:${await closedPort()}` });
    await failure(refused.tasks.get('t1'));
    expect(sent).toBe(0);
    server.on('GET /tasks/t1', reset, task('running'));
    await server.client({ engine, onSent, retry }).tasks.get('t1');
    expect(sent).toBe(2);
  });
});

test.each(ENGINES)('by %s, an answer that comes before the body was read ends the upload', async (engine) => {
  const server = await ScriptedServer.start(engine);
  let taken = 0;
  let release: () => void = () => undefined;
  const letGo = new Promise<void>((resolve) => (release = resolve));
  async function* endless() {
    try {
      for (;;) {
        taken += 1;
        yield Buffer.alloc(65_536);
      }
    } finally {
      release();
    }
  }
  const sockets: Socket[] = [];
  const early = createTcpServer((socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig');
      });
  });
  await once(early.listen(0, '127.0.0.1'), 'listening');
  const uploadUrl = `http://127.0.0.1:${(early.address() as AddressInfo).port}/put`;
  server.on('POST /files', json(201, { id: 'f1', filename: 'a', uploadUrl, maxFileSize: 52_428_800 }));
  const upload = server.client().files.upload({ stream: endless(), size: 50 * 1024 * 1024, filename: 'a' });
  expect(await failure(upload)).toMatchObject({ status: 413, serverMessage: 'big' });
  await letGo;
  expect(taken).toBeLessThan(800);
  for (const socket of sockets) socket.destroy();
  early.close();
  await once(early, 'close');
  await server.close();
});
