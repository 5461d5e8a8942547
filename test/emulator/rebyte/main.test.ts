// The command as people start it: a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/run.mjs', 'emulator/rebyte/main.ts', ...args], { cwd: ROOT, stdio: 'pipe' });
}

/** What it prints until the pattern is there. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    if (pattern.test(output)) return output;
  }
  throw new Error(`it ended after: ${output}`);
}

test('it says where it is and what to send it, serves, and cleans up on SIGTERM', async () => {
  const child = start('--port', '0', '--key', 'rbk_mine', '--demo-for', 'claude,codex', '--control');
  const output = await printed(child, /Ctrl-C/);
  const url = /at (http:\/\/127\.0\.0\.1:\d+\/v1)/.exec(output)?.[1] ?? '';
  const folder = /workspaces: (.+)/.exec(output)?.[1] ?? '';
  expect(existsSync(folder)).toBe(true);
  const created = await fetch(`${url}/tasks`, {
    method: 'POST',
    headers: { api_key: 'rbk_mine', 'Content-Type': 'application/json' },
    body: JSON.stringify({ prompt: 'demo: wait never', executor: 'claude' }),
  });
  expect(created.status).toBe(201);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(existsSync(folder)).toBe(false);
});

test.each([
  [['--port', 'eighty'], '--port eighty'],
  [['--demo-for', 'clade'], '--demo-for clade'],
  [['--git-base-url', 'github.com'], 'gitBaseUrl github.com'],
  [['--prot', '1'], '--prot'],
])('it refuses %j, naming it', async (args, message) => {
  const child = start(...args);
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  expect([code, said]).toEqual([1, expect.stringContaining(message)]);
});
