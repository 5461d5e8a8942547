import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Disk } from './disk.ts';
import type { Happening } from './happening.ts';

const ROOT = '/root';
const FOLDER = '/root/data';
const FILE = '/root/data/a.db';
const NEVER = (): boolean => false;
const ALWAYS = (): boolean => true;

const made = (path: string, isFolder = false): Happening => ({ kind: 'made', path, isFolder });
const removed = (path: string): Happening => ({ kind: 'removed', path });
const resized = (size: number): Happening => ({ kind: 'resized', path: FILE, size });
const written = (offset: number, text: string): Happening => ({
  kind: 'written',
  path: FILE,
  offset,
  bytes: Buffer.from(text),
});
/** One that began when all before it was over, or earlier. */
const synced = (path: string, began = Infinity): Happening => ({ kind: 'synced', path, began });

function diskAfter(...happenings: readonly Happening[]): Disk {
  const disk = new Disk(ROOT);
  for (const [at, happening] of happenings.entries()) disk.apply(happening, at);
  return disk;
}

function textOf(disk: Disk, fate: () => boolean, path = FILE): string | undefined {
  return disk.cut(fate).get(path)?.toString();
}

/** The file is there for sure, and empty. */
const THERE = [made(FOLDER, true), made(FILE), synced(FOLDER), synced(ROOT)] as const;

describe('what survives a power cut', () => {
  test('is what was written before a sync of the file began', () => {
    const disk = diskAfter(...THERE, written(0, 'kept'), synced(FILE), written(4, ' and gone'));
    expect(textOf(disk, NEVER)).toBe('kept');
    expect(textOf(disk, ALWAYS)).toBe('kept and gone');
    expect(disk.isSettled).toBe(false);
  });

  test('is not what was written while the sync was under way', () => {
    const disk = diskAfter(...THERE, written(0, 'one'), written(3, 'two'), synced(FILE, THERE.length + 1));
    expect(textOf(disk, NEVER)).toBe('one');
  });

  test('is a name once its folder was synced, and every folder above it', () => {
    const file = [made(FOLDER, true), made(FILE), written(0, 'x'), synced(FILE)];
    expect(textOf(diskAfter(...file), NEVER)).toBeUndefined();
    expect(textOf(diskAfter(...file, synced(FOLDER)), NEVER)).toBeUndefined();
    expect(textOf(diskAfter(...file, synced(ROOT)), NEVER)).toBeUndefined();
    expect(textOf(diskAfter(...file, synced(FOLDER), synced(ROOT)), NEVER)).toBe('x');
  });

  test('is a file that was removed, until its folder is synced', () => {
    const gone = diskAfter(...THERE, removed(FILE));
    expect(textOf(gone, NEVER)).toBe('');
    expect(textOf(gone, ALWAYS)).toBeUndefined();
    gone.apply(synced(FOLDER), 99);
    expect(textOf(gone, NEVER)).toBeUndefined();
  });

  test('may be any of the sectors, in any order, with zeros where one is missing', () => {
    const disk = diskAfter(...THERE, written(0, 'a'.repeat(1_024)), written(1_024, 'b'.repeat(512)));
    const fates = [false, false, true];
    const file = disk.cut(() => fates.shift() ?? false).get(FILE);
    expect(file?.subarray(0, 1_024).equals(Buffer.alloc(1_024))).toBe(true);
    expect(file?.subarray(1_024).toString()).toBe('b'.repeat(512));
  });

  test('may be a shorter or longer file, as long as nobody waited for its size', () => {
    const disk = diskAfter(...THERE, written(0, 'long'), synced(FILE), resized(1));
    expect([textOf(disk, NEVER), textOf(disk, ALWAYS)]).toEqual(['long', 'l']);
  });
});

test('when all reaches the disk, it holds what the file holds; when all was synced, too', () => {
  const change = fc.oneof(
    fc.record({ offset: fc.nat(2_000), text: fc.string({ minLength: 1, maxLength: 1_500 }) }),
    fc.record({ size: fc.nat(3_000) }),
  );
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const disk = diskAfter(...THERE);
      let file = Buffer.alloc(0);
      for (const [index, each] of changes.entries()) {
        const size = 'size' in each ? each.size : Math.max(file.length, each.offset + Buffer.byteLength(each.text));
        file = Buffer.concat([file, Buffer.alloc(4_000)]).subarray(0, size);
        if ('text' in each) file.write(each.text, each.offset);
        disk.apply('size' in each ? resized(each.size) : written(each.offset, each.text), 10 + index);
      }
      expect(disk.cut(ALWAYS).get(FILE)?.equals(file)).toBe(true);
      disk.apply(synced(FILE), 10_000);
      expect(disk.cut(NEVER).get(FILE)?.equals(file)).toBe(true);
      expect(disk.isSettled).toBe(true);
    }),
  );
});
