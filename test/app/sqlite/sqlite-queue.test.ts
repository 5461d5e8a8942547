import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { openSqliteQueue } from '../../../app/sqlite/sqlite-queue.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { queueConformance } from '../../support/queue-conformance.ts';
import { realClock } from '../../support/real-clock.ts';
import { sqliteFile } from '../../support/sqlite-file.ts';

queueConformance(
  'a queue in SQLite',
  async (settings) => {
    const options = { clock: realClock, log: () => keepingLog(), ...settings };
    const file = await sqliteFile();
    let database = await openSqliteDatabase(file.path);
    let queue = await openSqliteQueue(database, options);
    const close = async (timeoutMs?: number): Promise<void> => {
      await queue.drain(timeoutMs);
      await database.close();
    };
    return {
      queue,
      now: () => realClock.now(),
      reopen: async () => {
        await close();
        database = await openSqliteDatabase(file.path);
        queue = await openSqliteQueue(database, options);
        return queue;
      },
      close: async () => {
        await close(0);
        await file.remove();
      },
    };
  },
  { durable: true },
);
