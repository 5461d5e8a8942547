import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { FullDisk } from './full-disk.ts';

const WHY_NOT = await FullDisk.whyNot();
const withPrlimit = WHY_NOT === undefined ? test : test.skip;

/** Writes 100 kB into a file for each line that it is sent, and says how that went. */
const WRITER = `
  const { writeFileSync } = require('node:fs');
  require('node:readline').createInterface({ input: process.stdin }).on('line', () => {
    try {
      writeFileSync(process.argv[1], Buffer.alloc(100_000));
      console.log('written');
    } catch (error) {
      console.log(error.code);
    }
  });`;

withPrlimit(
  `a full disk takes nothing, and has room again afterwards${WHY_NOT ? ` (skipped: ${WHY_NOT})` : ''}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'full-disk-'));
    const writer = spawn(process.execPath, ['-e', WRITER, join(folder, 'file')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: writer.stdout });
    const tryToWrite = async (): Promise<unknown> => {
      writer.stdin.write('\n');
      const [said] = await once(lines, 'line');
      return said;
    };
    const disk = new FullDisk(() => [writer.pid ?? 0]);
    try {
      expect(await tryToWrite()).toBe('written');
      expect(await disk.strike(60_000)).toBe(1);
      expect(await tryToWrite()).toBe('EFBIG');
      await disk.end();
      expect(await tryToWrite()).toBe('written');
    } finally {
      await disk.end();
      writer.kill();
      await once(writer, 'close');
      await rm(folder, { recursive: true });
    }
  },
);
