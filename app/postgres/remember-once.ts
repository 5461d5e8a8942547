import type { JobOptions } from '../../shared/ports/jobs.ts';
import type { BossTransaction } from './boss-transaction.ts';

/** False when the id is remembered already. */
export async function rememberOnce(
  { sql }: BossTransaction,
  { id, expiresAt }: NonNullable<JobOptions['once']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await sql
    .insertInto('once_ids')
    .values({ id, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}
