import { openSqliteDatabase } from '../../../app/sqlite/sqlite-database.ts';
import { createSqlStore } from '../../../app/sql/store.ts';
import { sqliteFile } from '../../support/sqlite-file.ts';
import { storeConformance } from '../../support/store-conformance.ts';

storeConformance(
  'a store in SQLite',
  async () => {
    const file = await sqliteFile();
    let database = await openSqliteDatabase(file.path);
    return {
      store: createSqlStore(database),
      reopen: async () => {
        await database.close();
        database = await openSqliteDatabase(file.path);
        return createSqlStore(database);
      },
      close: async () => {
        await database.close();
        await file.remove();
      },
    };
  },
  { durable: true },
);
