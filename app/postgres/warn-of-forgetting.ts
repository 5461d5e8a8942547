import { sql, type Kysely } from 'kysely';
import type { LogPort } from '../../shared/ports/log.ts';
import type { Schema } from '../sql/schema.ts';

/** Settings without which PostgreSQL confirms what is not on the disk yet, or may not be able to read it again. */
const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'];

/**
 * Warns when the server, as this role and database have it set up, may forget in a power cut what it has confirmed: the App
 * acknowledges deliveries on its word.
 *
 * @param place as messages name the database
 */
export async function warnOfForgetting(db: Kysely<Schema>, place: string, log: LogPort): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings where name in (${sql.join(SETTINGS)}) and setting = 'off' order by name`.execute(db);
  if (rows.length === 0) return;
  const off = rows.map(({ name }) => `${name} = off`).join(', ');
  log.warning(
    `PostgreSQL at ${place} runs with ${off}: a power cut can take commands that were acknowledged. ` +
      'Set that on in its configuration, and in what is set for this role and database.',
  );
}
