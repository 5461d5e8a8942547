import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ValidationError } from '../../../shared/rebyte/index.ts';
import { failure, json, type Reply, reset, ENGINES, ScriptedServer, text } from './scripted-server.ts';

const FILES = 'POST /files';
describe.each(ENGINES)('by %s', (engine) => {
  let server: ScriptedServer;
  let folder: string;
  beforeEach(async () => {
    server = await ScriptedServer.start(engine);
    folder = await mkdtemp(join(tmpdir(), 'rebyte-files-'));
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const ticket = (id: string, rest: object = {}): Reply =>
    json(201, {
      id,
      filename: 'a.txt',
      uploadUrl: `${server.origin}/storage/${id}?signature=s`,
      maxFileSize: 52_428_800,
      ...rest,
    });
  const stored = text(200, '');

  async function fileOf(bytes: string | Buffer, name = 'a.txt'): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  test('a file goes to the signed URL with its length and content type, and without the key', async () => {
    server.on(FILES, ticket('f1')).on('PUT /storage/f1', stored);
    const ref = await server.client().files.upload({ path: await fileOf('hello'), contentType: 'text/plain' });
    expect(ref).toEqual({ id: 'f1', filename: 'a.txt' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ filename: 'a.txt', contentType: 'text/plain' });
    expect(server.requests[1]).toMatchObject({ path: '/storage/f1?signature=s', body: 'hello' });
    expect(server.requests[1]?.headers).toMatchObject({ 'content-length': '5', 'content-type': 'text/plain' });
    expect(server.requests[1]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('a stream of a known size goes the same way, and so does nothing at all', async () => {
    server.on(FILES, ticket('f1')).on('PUT /storage/f1', stored);
    const client = server.client();
    async function* bytes() {
      yield Buffer.from('he');
      yield Buffer.from('llo');
    }
    await client.files.upload({ stream: bytes(), size: 5, filename: 'b.bin' });
    await client.files.upload({ path: await fileOf('') });
    expect(server.requests[1]).toMatchObject({
      body: 'hello',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(server.requests[3]).toMatchObject({ body: '', headers: { 'content-length': '0' } });
  });

  describe('refused before a byte is sent', () => {
    test('is what exceeds 50 MiB, without asking, and what exceeds the answer, before the PUT', async () => {
      const path = await fileOf('');
      await truncate(path, 50 * 1024 * 1024 + 1);
      const client = server.client();
      expect(await failure(client.files.upload({ path }))).toMatchObject({
        name: 'ValidationError',
        field: 'size',
        message: expect.stringContaining('52428801 bytes'),
      });
      expect(server.requests).toEqual([]);
      server.on(FILES, ticket('f1', { maxFileSize: 4 }));
      expect(await failure(client.files.upload({ path: await fileOf('hello') }))).toMatchObject({ field: 'size' });
      expect(server.routes).toEqual([FILES]);
    });

    test('is what is missing, not a file, or has a name beyond 255 characters', async () => {
      const client = server.client();
      const directory = join(folder, 'd');
      await mkdir(directory);
      for (const path of [join(folder, 'missing'), directory]) {
        const error = await failure(client.files.upload({ path }));
        expect(error).toBeInstanceOf(ValidationError);
        expect(error).toMatchObject({ field: 'path', message: expect.stringContaining(path) });
      }
      const long = { path: await fileOf('x'), filename: 'x'.repeat(256) };
      expect(await failure(client.files.upload(long))).toMatchObject({ field: 'filename' });
      expect(server.requests).toEqual([]);
    });
  });

  test.each([
    ['403', text(403, '<Error>ExpiredToken</Error>')],
    ['410', text(410, '')],
  ])('a signed URL that has expired (%s) is renewed once, and the new id counts', async (_, expired) => {
    server.on(FILES, ticket('f1'), ticket('f2')).on('PUT /storage/f1', expired).on('PUT /storage/f2', stored);
    expect(await server.client().files.upload({ path: await fileOf('hello') })).toMatchObject({ id: 'f2' });
    server.on(FILES, ticket('f3')).on('PUT /storage/f3', expired);
    const error = await failure(server.client().files.upload({ path: await fileOf('hello') }));
    expect(error).toMatchObject({ name: expect.stringMatching(/Error$/), url: `${server.origin}/storage/f3` });
    expect(String(error)).not.toContain('signature');
  });

  test('a broken PUT is repeated from the start for a file, and not for a stream', async () => {
    server.on(FILES, ticket('f1')).on('PUT /storage/f1', reset, text(503, ''), stored);
    const client = server.client();
    await client.files.upload({ path: await fileOf('hello') });
    expect(server.requests.at(-1)).toMatchObject({ body: 'hello' });
    server.on('PUT /storage/f1', text(503, ''));
    async function* bytes() {
      yield Buffer.from('hello');
    }
    const before = server.requests.length;
    expect(await failure(client.files.upload({ stream: bytes(), size: 5, filename: 'a' }))).toMatchObject({
      status: 503,
    });
    expect(server.requests).toHaveLength(before + 2);
  });

  test.each([
    ['grows', (path: string) => appendFile(path, 'more')],
    ['shrinks', (path: string) => truncate(path, 3)],
  ])('a file that %s while it is sent is an error naming it', async (_, change) => {
    const path = await fileOf('hello');
    server.on('PUT /storage/f1', stored).on(FILES, async (res, seen) => {
      await change(path);
      await ticket('f1')(res, seen);
    });
    const error = await failure(server.client().files.upload({ path }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ message: expect.stringContaining(`${path} changed while it was sent`) });
  });

  test('a large file arrives as it is, however slowly the storage reads', async () => {
    const bytes = randomBytes(8 * 1024 * 1024 + 12_345);
    const storage = await SlowStorage.start();
    server.on(FILES, ticket('f1', { uploadUrl: storage.url }));
    await server.client().files.upload({ path: await fileOf(bytes) });
    await storage.close();
    expect(storage.digest).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('an abort ends an upload that the storage does not read, and lets go of the file', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const storage = createServer(() => controller.abort(reason)).listen(0, '127.0.0.1');
    await once(storage, 'listening');
    const address = storage.address();
    server.on(
      FILES,
      ticket('f1', { uploadUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/` }),
    );
    const path = await fileOf(Buffer.alloc(30 * 1024 * 1024));
    expect(await failure(server.client().files.upload({ path }, controller))).toMatchObject({
      name: 'AbortedError',
      cause: reason,
    });
    await fileIsClosed(path);
    storage.closeAllConnections();
    storage.close();
    await once(storage, 'close');
  });

  /** Resolves when this process holds the file open no longer; where the system cannot tell, at once. */
  async function fileIsClosed(path: string): Promise<void> {
    if (process.platform !== 'linux') return;
    for (;;) {
      const held = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      if (!held.includes(path)) return;
    }
  }

  test('50 MiB are streamed, never held', async () => {
    const size = 50 * 1024 * 1024;
    const storage = await SlowStorage.start();
    let read = 0;
    let held = 0;
    async function* bytes() {
      for (; read < size; read += 65_536) {
        held = Math.max(held, read - storage.received);
        yield Buffer.alloc(65_536);
      }
    }
    server.on(FILES, ticket('f1', { uploadUrl: storage.url }));
    await server.client().files.upload({ stream: bytes(), size, filename: 'big.bin' });
    await storage.close();
    expect(storage.received).toBe(size);
    expect(held).toBeLessThan(16 * 1024 * 1024);
  });
});

/** A storage that takes a turn of the loop for each chunk. */
class SlowStorage {
  received = 0;
  readonly #hash = createHash('sha256');
  readonly #server = createServer((req, res) => void this.#take(req).then(() => res.end()));

  static async start(): Promise<SlowStorage> {
    const storage = new SlowStorage();
    storage.#server.listen(0, '127.0.0.1');
    await once(storage.#server, 'listening');
    return storage;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/put`;
  }

  get digest(): string {
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(req: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of req) {
      await new Promise(setImmediate);
      this.received += chunk.length;
      this.#hash.update(chunk);
    }
  }
}
