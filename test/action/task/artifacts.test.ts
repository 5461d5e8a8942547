import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { takeArtifacts } from '../../../action/task/artifacts.ts';
import { ScriptedServer, text } from '../../shared/rebyte/scripted-server.ts';

let server: ScriptedServer;
let directory: string;
beforeEach(async () => {
  server = await ScriptedServer.start();
  directory = await mkdtemp(join(tmpdir(), 'rebyte-artifacts-'));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function take(names: readonly string[]) {
  for (const name of names) server.on(`GET /workspaces/w1/artifacts/${encodeURIComponent(name)}`, text(200, name));
  const wanted = { workspaceId: 'w1', patterns: ['**'], directory, signal: new AbortController().signal };
  return await takeArtifacts(
    server.client(),
    names.map((name) => ({ name, size: 1 })),
    wanted,
  );
}

test('names that some systems take for one are downloaded once, and the others are told', async () => {
  const { artifacts, failures } = await take(['a.txt', 'A.TXT', 'caf\u00e9', 'cafe\u0301', 'b.txt']);
  expect((await readdir(directory)).toSorted()).toEqual(['a.txt', 'b.txt', 'caf\u00e9']);
  expect(artifacts.map(({ path }) => path !== '')).toEqual([true, false, true, false, true]);
  expect(failures).toEqual([
    'The artifact "A.TXT" is refused: its name is that of "a.txt" on some systems.',
    'The artifact "cafe\u0301" is refused: its name is that of "caf\u00e9" on some systems.',
  ]);
});

test('of more than a thousand the rest is listed and told', async () => {
  const { artifacts, failures } = await take(Array.from({ length: 1_002 }, (_, index) => `${index}.txt`));
  expect(artifacts.filter(({ path }) => path === '').map(({ name }) => name)).toEqual(['1000.txt', '1001.txt']);
  expect(failures).toEqual(['2 more artifacts were not downloaded: at most 1000 are.']);
});
