import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Query } from '../sql/database.ts';
import type { Schema } from '../sql/schema.ts';

/** Bounds how long one transaction keeps the event loop. */
const MAX_GROUP = 100;

interface Pending {
  /** Runs the operation, and gives what tells its caller. */
  readonly run: Query<() => void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets operations that arrive while a transaction runs share the next one: waiting for the disk costs far more than the
 * operation, and so it is paid once for all of them. Each caller is told after the commit of its own group.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>;
  readonly #inTransaction: () => boolean;
  #pending: Pending[] = [];
  #working: Promise<void> | undefined;

  constructor(db: Kysely<Schema>, inTransaction: () => boolean) {
    this.#db = db;
    this.#inTransaction = inTransaction;
  }

  async write<T>(operation: Query<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const run = async (db: Kysely<Schema>) => {
        const value = await operation(db);
        return () => {
          resolve(value);
        };
      };
      this.#pending.push({ run, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#pending.length > 0) {
      // Whoever is about to come, comes along.
      await nextTurn();
      await this.#settle(this.#pending.splice(0, MAX_GROUP));
    }
    this.#working = undefined;
  }

  /** One that fails takes the transaction with it, so then each gets one of its own. */
  async #settle(group: readonly Pending[]): Promise<void> {
    try {
      const tell = await this.#commit(group);
      for (const each of tell) each();
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const each of group) await this.#settle([each]);
    }
  }

  async #commit(group: readonly Pending[]): Promise<readonly (() => void)[]> {
    return await this.#db.connection().execute(async (connection) => {
      try {
        await sql`begin immediate`.execute(connection);
        const tell: (() => void)[] = [];
        for (const { run } of group) tell.push(await run(connection));
        await sql`commit`.execute(connection);
        return tell;
      } catch (error) {
        // SQLite itself has rolled back when the disk was full.
        if (this.#inTransaction()) await sql`rollback`.execute(connection);
        throw error;
      }
    });
  }
}
