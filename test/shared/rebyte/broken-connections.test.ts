import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AbortedError,
  ConnectionError,
  isTransient,
  mayHaveHappened,
  RebyteClient,
  TimeoutError,
  ValidationError,
} from '../../../shared/rebyte/index.ts';
import { closedPort } from './closed-port.ts';
import { failure, ENGINES, ScriptedServer, silence } from './scripted-server.ts';

describe.each(ENGINES)('by %s', (engine) => {
  let server: ScriptedServer;
  beforeEach(async () => void (server = await ScriptedServer.start(engine)));
  afterEach(() => server.close());

  describe('without an answer', () => {
    test('a refused connection and an unknown host prove that nothing was sent, and say what to look at', async () => {
      const refused = server.client({ baseUrl: `http://127.0.0.1:${await closedPort()}` });
      const unknown = server.client({ baseUrl: 'http://rebyte.invalid', retry: { attempts: 1 } });
      const [first, second] = [
        await failure(refused.tasks.create({ prompt: 'p' })),
        await failure(unknown.tasks.create({ prompt: 'p' })),
      ];
      expect(first).toBeInstanceOf(ConnectionError);
      expect(first).toMatchObject({
        sent: 'no',
        message: expect.stringMatching(/ECONNREFUSED\): .* is up\. Nothing was sent\.$/),
      });
      expect(second).toMatchObject({
        sent: 'no',
        cause: expect.objectContaining({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) }),
      });
      expect([first, second].map(mayHaveHappened)).toEqual([false, false]);
      expect([first, second].map(isTransient)).toEqual([true, true]);
    });

    test('a TLS handshake that never ends is a connect timeout, and one that is cut never left either', async () => {
      const sockets: Socket[] = [];
      const mute = createTcpServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const { port } = mute.address() as AddressInfo;
      const options = { baseUrl: `https://127.0.0.1:${port}`, retry: { attempts: 1 }, timeouts: { connectMs: 50 } };
      const error = await failure(server.client(options).tasks.create({ prompt: 'p' }));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error).toMatchObject({ phase: 'connect', sent: 'no' });
      mute.removeAllListeners('connection').on('connection', (socket: Socket) => socket.destroy());
      expect(await failure(server.client(options).tasks.create({ prompt: 'p' }))).toMatchObject({ sent: 'no' });
      for (const socket of sockets) socket.destroy();
      mute.close();
      await once(mute, 'close');
    });

    test('a proxy that refuses the tunnel, or is not there, never let anything through', async () => {
      const proxy = createServer().on('connect', (_req, socket: Socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      for (const port of [(proxy.address() as AddressInfo).port, await closedPort()]) {
        const client = server.client({ proxy: `http://127.0.0.1:${port}`, retry: { attempts: 1 } });
        expect(await failure(client.tasks.create({ prompt: 'p' }))).toMatchObject({
          name: 'ConnectionError',
          sent: 'no',
        });
      }
      expect(server.requests).toEqual([]);
      proxy.close();
      await once(proxy, 'close');
    });

    test('an answer that does not start, and one that falls silent, are timeouts of their phase', async () => {
      server.on('GET /tasks/t1', silence).on('GET /tasks/t2', (res) => {
        res.writeHead(200, { 'content-length': '9' });
        res.write('{');
      });
      const client = server.client({ timeouts: { headersMs: 50 }, retry: { attempts: 1 } });
      expect(await failure(client.tasks.get('t1'))).toMatchObject({
        name: 'TimeoutError',
        phase: 'headers',
        sent: 'maybe',
      });
      expect(await failure(client.tasks.get('t2'))).toMatchObject({
        name: 'TimeoutError',
        phase: 'body',
        sent: 'maybe',
      });
    });

    test('creating a task has a patience of its own', async () => {
      server.on('POST /tasks', silence).on('POST /tasks/t1/prompts', silence);
      const client = server.client({ timeouts: { headersMs: 1, createTaskMs: 60 } });
      expect(await failure(client.tasks.create({ prompt: 'p' }))).toMatchObject({ phase: 'headers', sent: 'maybe' });
      expect(await failure(client.prompts.create('t1', { prompt: 'p' }))).toMatchObject({ phase: 'headers' });
    });
  });

  describe('an abort', () => {
    test('before, while connecting, while waiting and within the body ends the call at once with the reason', async () => {
      const reason = new Error('enough');
      const before = await failure(server.client().tasks.get('t1', { signal: AbortSignal.abort(reason) }));
      expect(before).toBeInstanceOf(AbortedError);
      expect(before).toMatchObject({ cause: reason, sent: 'no' });
      expect(server.requests).toEqual([]);

      const connecting = new AbortController();
      const sockets: Socket[] = [];
      const mute = createTcpServer((socket) => {
        sockets.push(socket);
        connecting.abort(reason);
      }).listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const tls = server.client({ baseUrl: `https://127.0.0.1:${(mute.address() as AddressInfo).port}` });
      expect(await failure(tls.tasks.get('t1', connecting))).toMatchObject({ cause: reason, sent: 'no' });
      for (const socket of sockets) socket.destroy();
      mute.close();
      await once(mute, 'close');

      const waiting = new AbortController();
      server.on('POST /tasks', () => waiting.abort(reason));
      expect(await failure(server.client().tasks.create({ prompt: 'p' }, waiting))).toMatchObject({
        cause: reason,
        sent: 'maybe',
      });

      const reading = new AbortController();
      server.on('GET /tasks/t1', (res) => {
        res.writeHead(200);
        res.write('{', () => reading.abort(reason));
      });
      expect(await failure(server.client().tasks.get('t1', reading))).toMatchObject({
        name: 'AbortedError',
        cause: reason,
      });
    });

    test('between two attempts ends the call, and a create is known not to have left', async () => {
      const controller = new AbortController();
      const client = server.client({
        baseUrl: `http://127.0.0.1:${await closedPort()}`,
        sleep: async (_ms, signal) => {
          controller.abort();
          signal?.throwIfAborted();
        },
      });
      expect(await failure(client.tasks.create({ prompt: 'p' }, controller))).toMatchObject({
        name: 'AbortedError',
        sent: 'no',
      });
    });
  });

  test('close ends what is under way, and nothing is sent any more', async () => {
    const client = server.client({ retry: { attempts: 1 } });
    server.on('GET /tasks/t1', () => void client.close());
    expect(await failure(client.tasks.get('t1'))).toBeInstanceOf(ConnectionError);
    expect(await failure(client.tasks.get('t1'))).toMatchObject({ name: 'ConnectionError', sent: 'no' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('options that cannot work are refused at once', () => {
  test.each([
    ['apiKey', { apiKey: '  ' }],
    ['apiKey', { apiKey: 'rbk a' }],
    ['baseUrl', { baseUrl: 'api.rebyte.ai' }],
    ['baseUrl', { baseUrl: 'ftp://api.rebyte.ai' }],
    ['baseUrl', { baseUrl: 'https://user:pw@api.rebyte.ai' }],
    ['proxy', { proxy: 'proxy:8080' }],
  ])('%s: %j', (field, options) => {
    const make = () => new RebyteClient({ apiKey: 'rbk_x', ...options });
    expect(make).toThrow(ValidationError);
    expect(make).toThrow(expect.objectContaining({ field }));
  });

  test('and an unencrypted address is warned of, but not on this machine', () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'rebyte.example']) {
      expect(new RebyteClient({ apiKey: 'k', baseUrl: `http://${host}`, onWarning })).toBeDefined();
    }
    expect(warnings).toEqual([expect.stringContaining('rebyte.example')]);
  });
});
