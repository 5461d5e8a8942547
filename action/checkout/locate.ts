import { access, readdir } from 'node:fs/promises';
import path from 'node:path';

/** actions/checkout's `path:` is rarely deeper; more folders than this are a build tree, not checkouts. */
const MAX_DEPTH = 2;
const MAX_FOLDERS = 200;

/**
 * The folders under `workspace` that hold a checkout: the workspace itself, else those that actions/checkout put below
 * it by its `path:`. A workspace that is a repository is the only answer unless `all` asks for the ones inside too.
 */
export async function locateCheckouts(workspace: string, all: boolean): Promise<string[]> {
  const atRoot = await isRepository(workspace);
  if (atRoot && !all) return [workspace];
  return [...(atRoot ? [workspace] : []), ...(await below(workspace))];
}

async function below(workspace: string): Promise<string[]> {
  const found: string[] = [];
  let level = [workspace];
  let seen = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      for (const child of await subfolders(folder)) {
        seen += 1;
        if (seen > MAX_FOLDERS) return found;
        if (await isRepository(child)) found.push(child);
        else next.push(child);
      }
    }
    level = next;
  }
  return found;
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const skipped = new Set(['.git', 'node_modules']);
  return entries
    .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .toSorted();
}

async function isRepository(folder: string): Promise<boolean> {
  return await access(path.join(folder, '.git')).then(
    () => true,
    () => false,
  );
}
