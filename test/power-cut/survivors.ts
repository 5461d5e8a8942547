import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Libsql from 'libsql';
import type { Captured } from './captured.ts';

/** What SQLite makes of files that a power cut has left. */
export interface Survivors {
  /** What is wrong with the database; undefined when nothing is. */
  readonly damage?: string;
  /** Whether the delivery is remembered, and its command kept: as a job, or as the run that came of it. */
  readonly has: (delivery: Captured) => boolean;
}

const REMEMBERED = 'select id from once_ids';
const KEPT = `
  select source_id as id from runs
  union select json_extract(job, '$.trigger.sourceId') from jobs
  union select json_extract(letter, '$.job.trigger.sourceId') from dead_letters`;

/** Opens them as the App does after the power is back: SQLite recovers what its log holds. */
export async function survivorsIn(files: ReadonlyMap<string, Buffer>, database: string): Promise<Survivors> {
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-power-'));
  try {
    await mkdir(join(folder, 'data'));
    for (const [path, bytes] of files) {
      const isOurs = path.startsWith(database);
      if (isOurs) await writeFile(join(folder, 'data', basename(path)), bytes);
    }
    return read(join(folder, 'data', basename(database)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(path: string): Survivors {
  let connection: InstanceType<typeof Libsql> | undefined;
  try {
    connection = new Libsql(path);
    // These files are thrown away.
    connection.pragma('synchronous = OFF');
    const column = columnOf(connection);
    const damage = column('select integrity_check as id from pragma_integrity_check').filter((line) => line !== 'ok');
    // Before the migrations there is nothing that could have been promised.
    const isMigrated = column(`select name as id from sqlite_schema where name = 'dead_letters'`).length === 1;
    const [remembered, kept] = [REMEMBERED, KEPT].map((query) => new Set(isMigrated ? column(query) : []));
    return {
      ...(damage.length > 0 && { damage: damage.join('; ') }),
      has: ({ id, nodeId }) => remembered?.has(`delivery:${id}`) === true && kept?.has(nodeId) === true,
    };
  } catch (error) {
    return { damage: String(error), has: () => false };
  } finally {
    connection?.close();
  }
}

/** The values of the column `id`. */
function columnOf(connection: InstanceType<typeof Libsql>): (query: string) => readonly string[] {
  return (query) => {
    const rows: unknown[] = connection.prepare(query).all();
    return rows.map((row) => String(Object(row).id));
  };
}
