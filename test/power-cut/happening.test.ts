import { describe, expect, test } from '@jest/globals';
import { happeningOf, type Happening } from './happening.ts';
import { callsIn, type Call } from './trace-lines.ts';

const escaped = (text: string): string =>
  [...Buffer.from(text)].map((byte) => String.raw`\x` + byte.toString(16).padStart(2, '0')).join('');
const FD = `25<${escaped('/d/a.db')}>`;
const WATCHED = { follows: (path: string) => path.startsWith('/d'), exists: (path: string) => path !== '/d/new' };

async function callsOf(...lines: readonly string[]): Promise<readonly Call[]> {
  async function* given(): AsyncGenerator<string> {
    for (const line of lines) yield await Promise.resolve(line);
  }
  const calls: Call[] = [];
  for await (const call of callsIn(given())) calls.push(call);
  return calls;
}

async function happeningIn(line: string): Promise<Happening | undefined> {
  const [call] = await callsOf(line);
  if (call === undefined) throw new Error(`There is no call in ${line}`);
  return happeningOf(call, WATCHED);
}

describe('a line of strace', () => {
  test.each<readonly [string, Happening | undefined]>([
    [
      `7 pwrite64(${FD}, "${escaped('abc')}", 3, 32) = 2`,
      { kind: 'written', path: '/d/a.db', offset: 32, bytes: Buffer.from('ab') },
    ],
    [`7 ftruncate(${FD}, 8192) = 0`, { kind: 'resized', path: '/d/a.db', size: 8_192 }],
    [`7 fdatasync(${FD}) = 0`, { kind: 'synced', path: '/d/a.db', began: 0 }],
    [`7 fsync(${FD}) = -1 EIO (Input/output error)`, undefined],
    [`7 unlink("${escaped('/d/b')}") = 0`, { kind: 'removed', path: '/d/b' }],
    [`7 mkdir("${escaped('/d/e')}", 0700) = 0`, { kind: 'made', path: '/d/e', isFolder: true }],
    [
      `7 openat(AT_FDCWD<${escaped('/x')}>, "${escaped('/d/new')}", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 9<x>`,
      { kind: 'made', path: '/d/new', isFolder: false },
    ],
    [`7 openat(AT_FDCWD<${escaped('/x')}>, "${escaped('/d/a.db')}", O_RDWR|O_CREAT, 0600) = 9<x>`, undefined],
    [
      `7 writev(30<TCP:[127.0.0.1:8080->127.0.0.1:42376]>, [{iov_base="${escaped('HTTP/1.1 202 Accepted')}", iov_len=21}], 1) = 21`,
      { kind: 'answered', port: 42_376, status: 202 },
    ],
    [`7 write(30<TCP:[127.0.0.1:8080->127.0.0.1:9]>, "${escaped('POST / HTTP/1.1')}", 15) = 15`, undefined],
    [`7 write(1<${escaped('/tmp/log')}>, "${escaped('hello')}", 5) = 5`, undefined],
  ])('%s is read', async (line, happening) => {
    expect(await happeningIn(line)).toEqual(happening);
  });

  test('that changes what is followed in an unknown way is an error, and so is one that leaves bytes out', async () => {
    await expect(happeningIn(`7 rename("${escaped('/d/a')}", "${escaped('/d/b')}") = 0`)).rejects.toThrow(
      'rename changes /d/a in a way that the replay does not know',
    );
    await expect(happeningIn(`7 pwrite64(${FD}, "${escaped('abc')}"..., 9, 0) = 9`)).rejects.toThrow('leaves out');
    await expect(happeningIn(`7 write(${FD}, "${escaped('abc')}", 3) = 3`)).rejects.toThrow('write changes /d/a.db');
  });
});

test('a call that another thread interrupts is put together, and knows what was over when it began', async () => {
  const calls = await callsOf(
    `7 pwrite64(${FD}, "", 0, 0) = 0`,
    `7 fsync(${FD} <unfinished ...>`,
    `8 pwrite64(${FD}, "${escaped('late')}", 4, 0) = 4`,
    '8 +++ exited with 0 +++',
    '7 <... fsync resumed>) = 0',
    `8 pwrite64(${FD}, "${escaped('cut')}", 3, 0 <unfinished ...>`,
  );
  expect(calls.map(({ name, began, result }) => [name, began, result])).toEqual([
    ['pwrite64', 0, 0],
    ['pwrite64', 1, 4],
    ['fsync', 1, 0],
    ['pwrite64', 3, undefined],
  ]);
  expect(calls.map((call) => happeningOf(call, WATCHED)?.kind)).toEqual(['written', 'written', 'synced', 'written']);
});
