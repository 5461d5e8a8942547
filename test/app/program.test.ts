// What `npm start` reads before it knows which database it is for.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function programOf(entry: string): Promise<string> {
  const build = ['scripts/run.mjs', '--build', entry];
  const { stdout } = await promisify(execFile)(process.execPath, build, { cwd: ROOT });
  return join(ROOT, stdout.trim());
}

/** The text of the file and of all that it imports at once, by path. */
async function readAtOnce(path: string, found = new Map<string, string>()): Promise<ReadonlyMap<string, string>> {
  if (found.has(path)) return found;
  const text = await readFile(path, 'utf8');
  found.set(path, text);
  for (const [, part = ''] of text.matchAll(/^(?:import|\} from) ?"(\.[^"]+)";$/gm))
    await readAtOnce(join(dirname(path), part), found);
  return found;
}

test("the App's program holds its packages, and reads those of a database only with that database", async () => {
  const files = await readAtOnce(await programOf('app/index.ts'));
  const text = [...files.values()].join('');
  expect(files.size).toBeGreaterThan(1);
  for (const held of ['probot', 'zod', 'pino']) expect(text).toContain(`\n// node_modules/${held}/`);
  for (const later of ['pg', 'pg-boss', 'kysely', 'undici']) expect(text).not.toContain(`\n// node_modules/${later}/`);
  expect(text).not.toContain('from "libsql"');
});

test('npm start and npm run ops stand in one folder, the only one that has to be built', async () => {
  const [app, ops] = [await programOf('app/index.ts'), await programOf('app/ops/index.ts')];
  expect([dirname(app), dirname(ops)]).toEqual([join(ROOT, 'dist/app'), join(ROOT, 'dist/app')]);
});
