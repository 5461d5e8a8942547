import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ApiError,
  AuthenticationError,
  ForbiddenError,
  InvalidResponseError,
  mayHaveHappened,
  NotFoundError,
  type RebyteClient,
  type RequestInfo,
  UnavailableError,
} from '../../../shared/rebyte/index.ts';
import { closedPort } from './closed-port.ts';
import { apiFailure, failure, json, reset, ENGINES, ScriptedServer, task, text } from './scripted-server.ts';

const created = { id: 't1', workspaceId: 'w1', url: 'u', status: 'running', createdAt: '2026-01-28T12:00:00.000Z' };
describe.each(ENGINES)('by %s', (engine) => {
  let server: ScriptedServer;
  beforeEach(async () => void (server = await ScriptedServer.start(engine)));
  afterEach(() => server.close());

  describe('what is sent', () => {
    test('carries the key, the user agent and JSON, below the base path', async () => {
      server.on('POST /tasks', json(201, created));
      const client = server.client({ baseUrl: `${server.origin}/v1/`, userAgent: 'me/1', apiKey: ' rbk_test\n' });
      expect(await client.tasks.create({ prompt: 'hé' })).toEqual(created);
      const [seen] = server.requests;
      expect(seen?.headers).toMatchObject({
        api_key: 'rbk_test',
        'user-agent': 'me/1',
        'content-type': 'application/json',
      });
      expect(Buffer.from(seen?.body ?? '', 'latin1').toString('utf8')).toBe('{"prompt":"hé"}');
    });

    test('follows no redirect, so the key stays at home, and says where one led', async () => {
      const elsewhere = await ScriptedServer.start();
      server.on('GET /tasks/t1', text(302, '', { location: `${elsewhere.origin}/secret?sig=1` }));
      const error = await failure(server.client().tasks.get('t1'));
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status: 302, serverMessage: expect.stringContaining(elsewhere.origin) });
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    });

    test('goes through the proxy, when one is given, in a tunnel', async () => {
      const tunnels: string[] = [];
      const sockets: Socket[] = [];
      const proxy = createServer().on('connect', (req, socket: Socket) => {
        tunnels.push(req.url ?? '');
        const [host, port] = (req.url ?? '').split(':');
        const upstream = createSocket(Number(port), host);
        sockets.push(socket, upstream);
        upstream.once('connect', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.pipe(socket).pipe(upstream);
        });
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      server.on('GET /tasks/t1', task('running'));
      const { port } = proxy.address() as AddressInfo;
      await server.client({ proxy: `http://127.0.0.1:${port}` }).tasks.get('t1');
      expect(tunnels).toEqual([server.origin.slice('http://'.length)]);
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    });

    test('is told to onRequest attempt by attempt, without key or query', async () => {
      const seen: RequestInfo[] = [];
      server.on(
        'GET /tasks',
        apiFailure(500, 'internal_error'),
        json(200, { data: [], total: 0, limit: 50, offset: 0 }),
      );
      const client = server.client({ onRequest: (info) => void seen.push(info) });
      for await (const _ of client.tasks.list()) expect(_).toBeUndefined();
      expect(seen).toMatchObject([
        { method: 'GET', path: '/v1/tasks', attempt: 1, status: 500 },
        { method: 'GET', path: '/v1/tasks', attempt: 2, status: 200 },
      ]);
      expect(JSON.stringify(seen)).not.toContain('rbk_');
    });
  });

  describe('an error answer', () => {
    test.each([
      [401, 'invalid_api_key', AuthenticationError],
      [403, 'insufficient_scopes', ForbiddenError],
      [404, 'not_found', NotFoundError],
      [400, 'limit_exceeded', ApiError],
      [418, 'brand_new_code', ApiError],
    ])('%i %s keeps the code, the message and the request', async (status, code, kind) => {
      server.on('GET /tasks/t1', json(status, { error: { code, message: 'Why.' } }, { 'x-request-id': 'r-1' }));
      const error = await failure(server.client().tasks.get('t1'));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({
        status,
        code,
        serverMessage: 'Why.',
        requestId: 'r-1',
        method: 'GET',
        url: `${server.origin}/v1/tasks/t1`,
      });
      expect((error as Error).message).toBe(`GET ${server.origin}/v1/tasks/t1: ${status} ${code}: Why. (request r-1)`);
      expect(server.requests).toHaveLength(1);
    });

    test('that is a page of a proxy gives its first line, made printable, after the retries', async () => {
      server.on(
        'GET /tasks/t1',
        text(502, '\r\n<h1>Bad\u001b[31m Gateway</h1>\n<p>nginx</p>', { 'content-type': 'text/html' }),
      );
      const error = await failure(server.client().tasks.get('t1'));
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ status: 502, code: 'http_502', serverMessage: '<h1>Bad [31m Gateway</h1>' });
      expect(server.requests).toHaveLength(5);
    });

    test('is read only as far as needed, and one without a body still has its status', async () => {
      server.on('GET /tasks/t1', text(400, 'words '.repeat(1_000_000)), text(400, ''));
      const client = server.client();
      expect(await failure(client.tasks.get('t1'))).toMatchObject({ status: 400, serverMessage: 'words '.repeat(83) });
      expect(await failure(client.tasks.get('t1'))).toMatchObject({ status: 400, serverMessage: 'no message' });
    });
  });

  describe('a success that is none', () => {
    test.each([
      ['a login page', text(200, '<html>Welcome to Hotel WiFi')],
      ['another shape', json(200, { task: 'x' })],
      ['nothing', text(200, '')],
    ])('with %s is an error naming the request', async (_, reply) => {
      server.on('GET /tasks/t1', reply);
      const error = await failure(server.client().tasks.get('t1'));
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect((error as Error).message).toContain(
        `GET ${server.origin}/v1/tasks/t1: 200, but a field "id" was expected`,
      );
      expect(server.requests).toHaveLength(1);
    });

    test('and of more than 32 MiB is not read to its end', async () => {
      const piece = Buffer.alloc(1024 * 1024, 'x');
      let written = 0;
      server.on('GET /tasks/t1', async (res) => {
        res.writeHead(200, { 'content-type': 'application/json' });
        while (!res.destroyed && written < 200) {
          written += 1;
          if (!res.write(piece)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
        }
        res.end();
      });
      const error = await failure(server.client().tasks.get('t1'));
      expect(error).toMatchObject({ message: expect.stringContaining('larger than 33554432 bytes') });
      expect(written).toBeLessThan(100);
    });
  });

  describe('retries', () => {
    test('wait as long as Retry-After says, in seconds or as a date', async () => {
      const client = server.client();
      const at = new Date(client.clock.now + 9_000).toUTCString();
      server.on(
        'GET /tasks/t1',
        text(429, '', { 'retry-after': '3' }),
        text(503, '', { 'retry-after': at }),
        task('running'),
      );
      await client.tasks.get('t1');
      // Half of the first backoff's 500 ms is the jitter; a date counts from the second it names.
      expect(client.clock.slept[0]).toBe(3_250);
      expect(client.clock.slept[1]).toBeGreaterThanOrEqual(9_000 - 3_250);
    });

    test('do not wait an hour: the error says how long was asked for', async () => {
      server.on('GET /tasks/t1', text(429, '', { 'retry-after': '3600' }));
      expect(await failure(server.client().tasks.get('t1'))).toMatchObject({ retryAfterMs: 3_600_000 });
      expect(server.requests).toHaveLength(1);
    });

    test('mend a connection cut before, within and after the headers', async () => {
      server.on(
        'GET /tasks/t1',
        reset,
        (res) => void res.socket?.write('HTTP/1.1 200 OK\r\nContent-', () => res.socket?.destroy()),
        (res) => {
          res.writeHead(200, { 'content-length': '100' });
          res.write('{"id":', () => res.socket?.destroy());
        },
        task('running'),
      );
      expect(await server.client().tasks.get('t1')).toMatchObject({ id: 't1' });
      expect(server.requests).toHaveLength(4);
    });

    test.each([
      [
        'cancel',
        'POST /tasks/t1/cancel',
        json(200, { id: 't1', status: 'canceled', canceledPrompts: 1 }),
        (c: RebyteClient) => c.tasks.cancel('t1'),
      ],
      [
        'visibility',
        'PATCH /tasks/t1/visibility',
        json(200, { visibility: 'public', shareUrl: 's' }),
        (c: RebyteClient) => c.tasks.setVisibility('t1', 'public'),
      ],
      ['delete', 'DELETE /tasks/t1', text(204, ''), (c: RebyteClient) => c.tasks.delete('t1')],
    ])('are made for %s, which is safe to repeat', async (_, route, reply, call) => {
      server.on(route, reset, apiFailure(500, 'internal_error'), reply);
      await call(server.client());
      expect(server.requests).toHaveLength(3);
    });

    test('know that a delete whose answer was lost has deleted, and that a first 404 is one', async () => {
      server
        .on('DELETE /tasks/t1', reset, apiFailure(404, 'not_found'))
        .on('DELETE /tasks/t2', apiFailure(404, 'not_found'));
      const client = server.client();
      await client.tasks.delete('t1');
      expect(await failure(client.tasks.delete('t2'))).toBeInstanceOf(NotFoundError);
    });

    test.each([
      ['reset', reset],
      ['a 502', text(502, 'Bad Gateway')],
      ['a 503 with Retry-After', text(503, '', { 'retry-after': '1' })],
      ['a 500', apiFailure(500, 'internal_error')],
    ])('never repeat a create that ended in %s, and say that it is in doubt', async (_, reply) => {
      server.on('POST /tasks', reply).on('POST /tasks/t1/prompts', reply).on('POST /agent-computers', reply);
      const client = server.client();
      for (const call of [
        client.tasks.create({ prompt: 'p' }),
        client.prompts.create('t1', { prompt: 'p' }),
        client.agentComputers.create(),
      ]) {
        expect(mayHaveHappened(await failure(call))).toBe(true);
      }
      expect(server.requests).toHaveLength(3);
    });

    test('repeat a create that never left, until the server is there', async () => {
      const port = await closedPort();
      const late = createServer(
        (_req, res) => void res.writeHead(201, { connection: 'close' }).end(JSON.stringify(created)),
      );
      let tries = 0;
      const client = server.client({
        baseUrl: `http://127.0.0.1:${port}`,
        sleep: async () => {
          tries += 1;
          if (tries === 2) await once(late.listen(port, '127.0.0.1'), 'listening');
        },
      });
      expect(await client.tasks.create({ prompt: 'p' })).toEqual(created);
      expect(tries).toBe(2);
      late.close();
      await once(late, 'close');
    });
  });
});

function createSocket(port: number, host: string | undefined): Socket {
  return connect({ port, host: host ?? '127.0.0.1' });
}
