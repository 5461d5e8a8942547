// A replica that handles jobs until it is killed: `replica-process.ts <database url> <name> [a job it never finishes, * for all]`.
import { argv, stdout } from 'node:process';
import { sql } from 'kysely';
import { openPostgresDatabase } from '../../../app/postgres/postgres-database.ts';
import { openPostgresQueue } from '../../../app/postgres/postgres-queue.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { realClock } from '../../support/real-clock.ts';

const [, , url = '', replica = '', endless = ''] = argv;
const database = await openPostgresDatabase(url, keepingLog());
const queue = await openPostgresQueue({ database, clock: realClock, log: () => keepingLog() });
queue.start(async (job) => {
  const name = job.kind === 'submit' ? job.runId : job.kind;
  await database.write(
    async (db) => await sql`insert into seen (replica, name) values (${replica}, ${name})`.execute(db),
  );
  stdout.write(`began ${name}\n`);
  if (name === endless || endless === '*') await new Promise<never>(() => undefined);
});
stdout.write('ready\n');
