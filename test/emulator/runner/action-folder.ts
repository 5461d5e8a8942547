import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folders: string[] = [];

/** A folder with a composite action of these steps (YAML, indented as under `steps:` by four). */
export function actionFolder(steps: string, head = ''): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'action-'));
  folders.push(folder);
  const text = `name: Test\ndescription: A test\n${head}\nruns:\n  using: composite\n  steps:\n${steps}\n`;
  writeFileSync(path.join(folder, 'action.yml'), text);
  return folder;
}

export function removeActionFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
