import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { plainFileName, ValidationError } from '../../../shared/rebyte/index.ts';
import { failure, json, type Reply, reset, ENGINES, ScriptedServer, text } from './scripted-server.ts';

const LIST = 'GET /workspaces/w1/artifacts';
describe.each(ENGINES)('by %s', (engine) => {
  let server: ScriptedServer;
  let folder: string;
  beforeEach(async () => {
    server = await ScriptedServer.start(engine);
    folder = await mkdtemp(join(tmpdir(), 'rebyte-artifacts-'));
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  describe('a download', () => {
    const FILE = `${LIST}/a%20b.csv`;

    test('lands whole under its own name, replacing an older one', async () => {
      server.on(
        FILE,
        text(200, 'one'),
        text(200, 'two', { 'content-disposition': 'attachment; filename="../../evil"' }),
      );
      const client = server.client();
      const directory = join(folder, 'new', 'deep');
      const path = await client.artifacts.download('w1', 'a b.csv', { directory });
      expect(path).toBe(join(directory, 'a b.csv'));
      await client.artifacts.download('w1', 'a b.csv', { directory });
      expect(await readFile(path, 'utf8')).toBe('two');
      expect(await readdir(directory)).toEqual(['a b.csv']);
    });

    test('that is cut is made again; one that stays broken or is too large leaves nothing behind', async () => {
      const cut: Reply = (res) => {
        res.writeHead(200, { 'content-length': '100' });
        res.write('half', () => res.socket?.resetAndDestroy());
      };
      server.on(FILE, cut, text(200, 'whole'));
      const client = server.client();
      expect(await readFile(await client.artifacts.download('w1', 'a b.csv', { directory: folder }), 'utf8')).toBe(
        'whole',
      );
      await rm(join(folder, 'a b.csv'));
      server.on(FILE, cut);
      expect(await failure(client.artifacts.download('w1', 'a b.csv', { directory: folder }))).toMatchObject({
        name: 'ConnectionError',
      });
      server.on(FILE, text(200, 'x'.repeat(11)));
      const error = await failure(client.artifacts.download('w1', 'a b.csv', { directory: folder, maxBytes: 10 }));
      expect(error).toMatchObject({ message: expect.stringContaining('larger than 10 bytes') });
      expect(await readdir(folder)).toEqual([]);
    });

    test('leaves links and folders in its place alone', async () => {
      const outside = join(folder, 'outside');
      const directory = join(folder, 'inside');
      await writeFile(outside, 'precious');
      await mkdir(join(directory, 'folder.csv'), { recursive: true });
      await symlink(outside, join(directory, 'link.csv'));
      server.on(`${LIST}/link.csv`, text(200, 'evil')).on(`${LIST}/folder.csv`, text(200, 'evil'));
      for (const name of ['link.csv', 'folder.csv']) {
        expect(await failure(server.client().artifacts.download('w1', name, { directory }))).toBeInstanceOf(
          ValidationError,
        );
      }
      expect(await readFile(outside, 'utf8')).toBe('precious');
      expect((await lstat(join(directory, 'link.csv'))).isSymbolicLink()).toBe(true);
      expect(await readdir(directory)).toEqual(['folder.csv', 'link.csv']);
    });

    test('whose name leads elsewhere is refused before it is asked for', async () => {
      const download = server.client().artifacts.download('w1', '../a.csv', { directory: folder });
      expect(await failure(download)).toMatchObject({ field: 'name' });
      expect(server.requests).toEqual([]);
    });
  });

  describe('an upload', () => {
    const uploaded = { name: 'a.csv', size: 2, contentType: 'text/csv' };

    test('of up to ten small files is one form, byte for byte as announced', async () => {
      const paths = [join(folder, 'a.csv'), join(folder, 'q"uote.csv')];
      await Promise.all(paths.map((path, i) => writeFile(path, `n${i}`)));
      server.on('POST /workspaces/w1/artifacts', reset, json(201, { uploaded: [uploaded] }));
      expect(await server.client().artifacts.upload('w1', paths)).toEqual([uploaded]);
      const [, seen] = server.requests;
      const boundary = /boundary=(.+)$/.exec(seen?.headers['content-type'] ?? '')?.[1];
      expect(seen?.headers['content-length']).toBe(String(seen?.body.length));
      const form = await new Response(Buffer.from(seen?.body ?? '', 'latin1'), {
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      }).formData();
      const files = form.getAll('files').filter((each) => typeof each !== 'string');
      expect(await Promise.all(files.map(async (file) => [file.name, await file.text()]))).toEqual([
        ['a.csv', 'n0'],
        ['q"uote.csv', 'n1'],
      ]);
    });

    test('of large or many files goes by signed URLs, without the key', async () => {
      const paths = Array.from({ length: 51 }, (_, i) => join(folder, `f${i}.csv`));
      await Promise.all(paths.map((path, i) => writeFile(path, String(i))));
      await truncate(paths[0]!, 10_000_001);
      server.on('POST /workspaces/w1/artifacts/upload-url', (res, seen) => {
        const { files } = JSON.parse(seen.body) as { files: { name: string }[] };
        const signed = files.map(({ name }) => ({
          name,
          uploadUrl: `${server.origin}/storage/${name}`,
          expiresAt: '',
        }));
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ files: signed }));
      });
      for (let i = 0; i < 51; i += 1) server.on(`PUT /storage/f${i}.csv`, text(200, ''));
      const stored = await server.client().artifacts.upload('w1', paths);
      expect(stored).toHaveLength(51);
      expect(stored[0]).toMatchObject({ name: 'f0.csv', size: 10_000_001 });
      expect(server.routes.filter((route) => route.endsWith('upload-url'))).toHaveLength(2);
      expect(server.requests.at(-1)).toMatchObject({ path: '/storage/f50.csv', body: '50' });
    });

    test('of two files of one name is refused', async () => {
      await mkdir(join(folder, 'd'));
      const paths = [join(folder, 'a.csv'), join(folder, 'd', 'a.csv')];
      await Promise.all(paths.map((path) => writeFile(path, 'x')));
      expect(await failure(server.client().artifacts.upload('w1', paths))).toMatchObject({ field: 'paths' });
    });
  });

  test('one artifact and all of them can be deleted', async () => {
    server
      .on('DELETE /workspaces/w1/artifacts/a.csv', text(204, ''))
      .on('DELETE /workspaces/w1/artifacts', text(204, ''));
    const client = server.client();
    await client.artifacts.delete('w1', 'a.csv');
    await client.artifacts.deleteAll('w1');
    expect(await failure(client.artifacts.delete('w1', ''))).toBeInstanceOf(ValidationError);
    expect(server.requests).toHaveLength(2);
  });
});

describe('plainFileName', () => {
  test.each(['a.csv', 'Bericht März.pdf', '.hidden.zip', '报告.pdf', 'console.png', 'a..b.gz'])('takes %j', (name) => {
    expect(plainFileName(name)).toBe(name);
  });

  test.each([
    '',
    '.',
    '..',
    '../a',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'C:a',
    'C:\\a',
    'a.txt:stream',
    'CON',
    'con.pdf',
    'Aux.tar.gz',
    'COM1',
    'lpt9.csv',
    'nul .txt\u0000',
    'a\nb',
    'a\u0000',
    'a.',
    'a ',
    'a\u202Efdp.exe',
    'a?',
    '*.csv',
    'é'.repeat(128),
  ])('refuses %j', (name) => {
    expect(() => plainFileName(name)).toThrow(ValidationError);
  });
});
