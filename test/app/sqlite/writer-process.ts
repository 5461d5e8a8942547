// Opens the database that it is given and says "open", or why not and ends. Then it stores runs, from many places at once,
// and says each one's id after the store has promised it, until it is killed.
import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { aRun, aTrigger } from '../../support/records.ts';

const [path = '', prefix = 'run', count = '0'] = process.argv.slice(2);

async function writeForEver(): Promise<void> {
  const store = createSqlStore(await openSqliteDatabase(path));
  process.stdout.write('open\n');
  // Without anything to do it stays open until it is killed.
  if (count === '0') setInterval(() => undefined, 60_000);
  const writer = async (_: unknown, writerIndex: number): Promise<void> => {
    for (let index = 0; ; index += 1) {
      const id = `${prefix}-${writerIndex}-${index}`;
      await store.insert(aRun({ id, trigger: aTrigger({ sourceId: id, text: 'x'.repeat(2_000) }) }));
      process.stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(count) }, writer));
}

try {
  await writeForEver();
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
