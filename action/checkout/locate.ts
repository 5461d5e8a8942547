import { existsSync, readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';

/** actions/checkout's `path:` is rarely deeper; more folders than this are a build tree, not checkouts. */
const MAX_DEPTH = 2;
const MAX_FOLDERS = 200;

/**
 * The folders under `workspace` that hold a checkout: the workspace itself, else those that actions/checkout put below
 * it by its `path:`. A workspace that is a repository is the only answer unless `all` asks for the ones inside too.
 */
export function locateCheckouts(workspace: string, all: boolean): string[] {
  const atRoot = isRepository(workspace);
  if (atRoot && !all) return [workspace];
  return [...(atRoot ? [workspace] : []), ...below(workspace)];
}

function below(workspace: string): string[] {
  const found: string[] = [];
  let level = [workspace];
  let seen = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      for (const child of subfolders(folder)) {
        seen += 1;
        if (seen > MAX_FOLDERS) return found;
        if (isRepository(child)) found.push(child);
        else next.push(child);
      }
    }
    level = next;
  }
  return found;
}

function subfolders(folder: string): string[] {
  const skipped = new Set(['.git', 'node_modules']);
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .toSorted();
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // A folder that we may not read holds no checkout for us.
  }
}

function isRepository(folder: string): boolean {
  return existsSync(path.join(folder, '.git'));
}
