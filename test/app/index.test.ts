import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startWorld, WEBHOOK_SECRET, type AppWorld } from '../support/app-world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let world: AppWorld;
let folder: string;
let child: ChildProcess | undefined;
/** What `npm start` executes, from wherever. */
let command: readonly string[];
beforeAll(async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [, script = '', entry = ''] = scripts.start.split(' ');
  command = [join(root, script), entry];
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'app-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** The App as its own process, with nothing from our environment but the path. */
function start(environment: Record<string, string> = {}): { output: () => string; process: ChildProcess } {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const started = spawn(process.execPath, command, { cwd: folder, env });
  let output = '';
  started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  started.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child = started;
  return { output: () => output, process: started };
}

describe('the App as a process', () => {
  test('refuses to start without its environment, and names all of it', async () => {
    const { output, process: started } = start();
    expect(await once(started, 'close')).toEqual([1, null]);
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'REBYTE_API_KEY'])
      expect(output()).toContain(`- ${name} is`);
    expect(output()).not.toContain('    at ');
  });

  test('starts from a .env file, and stops when it is asked to', async () => {
    const { id, privateKey } = world.github.app('rebyte');
    const github = new URL(world.github.url);
    const file = {
      APP_ID: String(id),
      PRIVATE_KEY: Buffer.from(privateKey).toString('base64'),
      WEBHOOK_SECRET,
      REBYTE_API_KEY: 'rbk_localhost',
      REBYTE_API_URL: world.rebyte.url,
      GHE_HOST: github.host,
      GHE_PROTOCOL: 'http',
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      DATABASE_URL: 'memory:',
    };
    const lines = Object.entries(file).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(folder, '.env'), lines.join(''));
    const { output, process: started } = start();
    const exited = once(started, 'exit');
    while (!output().includes('PUBLIC_URL is not set') && started.exitCode === null)
      await Promise.race([once(started.stdout!, 'data'), exited]);
    expect(output()).toContain('listens on');
    const url = /listens on (http:[^,]+),/.exec(output())?.[1] ?? '';
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    started.kill('SIGTERM');
    expect(await once(started, 'close')).toEqual([0, null]);
    expect(output()).toContain('The App has stopped.');
  });

  test('says where PostgreSQL was not found, and to start it again, and ends', async () => {
    const { output, process: started } = start({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/rebyte' });
    expect(await once(started, 'close')).toEqual([1, null]);
    expect(output()).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:1\/rebyte cannot be used just now: .* Then start the App again\.\n$/s,
    );
  });

  test('says that GitHub does not know it, and ends', async () => {
    const github = new URL(world.github.url);
    const { output, process: started } = start({ APP_ID: '999999', GHE_HOST: github.host, GHE_PROTOCOL: 'http' });
    // The rest comes from .env; what is set already wins.
    expect(await once(started, 'close')).toEqual([1, null]);
    expect(output()).toContain('Check that APP_ID and PRIVATE_KEY belong together');
  });
});
