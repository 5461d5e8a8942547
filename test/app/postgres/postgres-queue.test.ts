import { afterAll, beforeAll } from '@jest/globals';
import { openPostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue } from '../../../app/postgres/postgres-queue.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { queueConformance } from '../../support/queue-conformance.ts';
import { realClock } from '../../support/real-clock.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.close();
});

queueConformance(
  'a queue in PostgreSQL',
  async (settings) => {
    const url = await server.createDatabase();
    const open = async () => {
      const database = await openPostgresDatabase(url, keepingLog());
      const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog(), ...settings });
      return { queue, database };
    };
    let opened = await open();
    const close = async (): Promise<void> => {
      await opened.queue.drain(0);
      await opened.database.close();
    };
    return {
      queue: opened.queue,
      now: () => realClock.now(),
      reopen: async () => {
        await opened.queue.drain();
        await close();
        opened = await open();
        return opened.queue;
      },
      close,
    };
  },
  { durable: true },
);
