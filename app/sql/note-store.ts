import { threadKey } from '../../shared/domain/engine/lanes.ts';
import type { NoteStore } from '../../shared/ports/store.ts';
import type { Database } from './database.ts';

/** Conversations and small values in a database. */
export function noteStoreOver(database: Database): NoteStore {
  return {
    conversation: async (thread) => {
      const row = await database.read((db) =>
        db
          .selectFrom('conversations')
          .select(['task_id', 'workspace_id'])
          .where('thread_key', '=', threadKey(thread))
          .executeTakeFirst(),
      );
      if (row === undefined) return undefined;
      return { taskId: row.task_id, ...(row.workspace_id !== null && { workspaceId: row.workspace_id }) };
    },
    setConversation: async (thread, conversation) => {
      const key = threadKey(thread);
      await database.write(async (db) => {
        if (conversation === undefined) {
          await db.deleteFrom('conversations').where('thread_key', '=', key).execute();
          return;
        }
        const { taskId, workspaceId = null } = conversation;
        const row = { task_id: taskId, workspace_id: workspaceId };
        await db
          .insertInto('conversations')
          .values({ thread_key: key, ...row })
          .onConflict((conflict) => conflict.column('thread_key').doUpdateSet(row))
          .execute();
      });
    },
    read: async (key) => {
      const row = await database.read((db) =>
        db.selectFrom('notes').select('value').where('key', '=', key).executeTakeFirst(),
      );
      return row && noteFromText(row.value);
    },
    write: async (key, value, { expiresAt = null } = {}) => {
      await database.write(async (db) => {
        if (value === undefined) return await db.deleteFrom('notes').where('key', '=', key).execute();
        const row = { value: JSON.stringify(value), expires_at: expiresAt };
        return await db
          .insertInto('notes')
          .values({ key, ...row })
          .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
          .execute();
      });
    },
  };
}

/** Our own text: `write` above made it from a string. */
function noteFromText(text: string): string {
  return String(JSON.parse(text));
}
