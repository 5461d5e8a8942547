import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of the file that `DATABASE_URL` names for the embedded database: `file:///var/lib/rebyte.db`,
 * `file:data/rebyte.db` or a plain path, relative to the working directory. Undefined when it names something else.
 */
export function sqlitePathFrom(databaseUrl: string): string | undefined {
  if (databaseUrl.startsWith('file://')) return URL.canParse(databaseUrl) ? pathOf(databaseUrl) : undefined;
  const path = databaseUrl.replace(/^file:/, '');
  // A letter before a colon is a drive of Windows; more of them are another scheme.
  return path === '' || /^[a-z][a-z\d+.-]+:/i.test(path) ? undefined : resolve(path);
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    // A host, or an escaped slash: neither is a file of this machine.
    return undefined;
  }
}
