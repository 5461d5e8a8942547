import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { sqliteFile, type SqliteFile } from '../../support/sqlite-file.ts';
import { startWriter, type Writer } from './writer.ts';

let file: SqliteFile;
let writers: Writer[];

beforeEach(async () => {
  file = await sqliteFile();
  writers = [];
});

afterEach(async () => {
  for (const writer of writers) await writer.kill();
  await file.remove();
});

function start(): Writer {
  const writer = startWriter(file.path);
  writers.push(writer);
  return writer;
}

describe('one process alone has the database', () => {
  test('and whoever comes second is told which one, and what to do', async () => {
    const first = start();
    await first.said(1);
    await expect(openSqliteDatabase(file.path)).rejects.toMatchObject({
      name: 'StorageUnusable',
      message: expect.stringMatching(
        new RegExp(
          `^The database ${file.path} is in use by process ${first.pid} on \\S+, and only one process at a time can work ` +
            'with it\\. End that process, or set DATABASE_URL=postgres://… to run several\\.$',
        ),
      ),
    });
  });

  test('also when two start at the same instant', async () => {
    const both = [start(), start(), start()];
    await Promise.all(both.map(async ({ said }) => await said(1)));
    const answers = both.flatMap(({ lines }) => lines.slice(0, 1));
    expect(answers.filter((line) => line === 'open').length).toBe(1);
    expect(answers.filter((line) => line.includes('is in use by')).length).toBe(2);
  });

  test('until it ends, however it ends: a killed one leaves nothing in the way', async () => {
    const first = start();
    await first.said(1);
    await first.kill();
    expect(await readFile(`${file.path}.pid`, 'utf8')).toMatch(`${first.pid}\n`);
    const database = await openSqliteDatabase(file.path);
    expect(await readFile(`${file.path}.pid`, 'utf8')).toMatch(`${process.pid}\n`);
    await database.close();
    const again = await openSqliteDatabase(file.path);
    await again.close();
  });

  test('once: the same process is refused as well while it has it, and does not lose it by asking', async () => {
    const database = await openSqliteDatabase(file.path);
    await expect(openSqliteDatabase(file.path)).rejects.toThrow(`in use by process ${process.pid}`);
    const other = start();
    await other.said(1);
    expect(other.lines[0]).toContain(`in use by process ${process.pid}`);
    await database.close();
  });
});
