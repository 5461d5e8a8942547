import {
  sql,
  type ColumnDefinitionBuilder,
  type Expression,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely';
import type { Schema } from './schema.ts';

/** All that the two databases do not share is in this file. */
export type Dialect = 'sqlite' | 'postgres';

/** Column type of moments, counters and ids. */
export function wholeNumber(dialect: Dialect): 'integer' | 'bigint' {
  return dialect === 'sqlite' ? 'integer' : 'bigint';
}

/** A primary key that only grows, even after rows were deleted. */
export function growingKey(dialect: Dialect): (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder {
  return (column) =>
    dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.generatedAlwaysAsIdentity().primaryKey();
}

/** Keeps the rows as they are until the transaction ends. SQLite's one connection does so anyway. */
export function forUpdate<Table extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Table, Row>,
  dialect: Dialect,
): SelectQueryBuilder<Schema, Table, Row> {
  return dialect === 'sqlite' ? query : query.forUpdate();
}

/** Is the column one of these? In one parameter, so that the statement is the same however many there are. */
export function isOneOf(
  column: Expression<string | null>,
  values: readonly string[],
  dialect: Dialect,
): RawBuilder<SqlBool> {
  return dialect === 'sqlite'
    ? sql<SqlBool>`${column} in (select value from json_each(${JSON.stringify(values)}))`
    : sql<SqlBool>`${column} = any(${[...values]}::text[])`;
}

/** Lets one transaction at a time go on with this name, on all replicas. SQLite's one connection does so anyway. */
export async function takeTurns(db: Kysely<Schema>, dialect: Dialect, name: string): Promise<void> {
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(db);
}
