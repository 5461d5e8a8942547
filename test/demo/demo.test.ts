// The demo as a newcomer runs it: a process, the real bundle, real git.
import { readdirSync, readlinkSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { runDemo, stopDemos } from './run-demo.ts';

afterEach(stopDemos);

test('shows a real run from the repository to the outputs, and leaves nothing behind', async () => {
  const { code, output, errors, leftovers } = await runDemo([]).ended;

  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(leftovers).toEqual([]);
  expect(chaptersOf(output)).toEqual([
    '1  A git repository, acme/parcels',
    '2  Rebyte and GitHub on localhost',
    '3  A workflow for the pull request begins',
    '4  The Action: action.yml and dist/action, as a runner runs them',
    '5  The comment on pull request #7',
    '6  The job summary',
    '7  The outputs, for the steps that follow',
    '8  What it took',
  ]);
  const [log = '', comment = '', summary = '', outputs = '', figures = ''] = output.split(/^[4-8]  .*$/m).slice(1);
  expect(log).toContain('Sending rebyte-changes.bundle');
  expect(log).toContain('✓ conclusion: success');
  expect(comment).toContain('✅ Done');
  expect(comment).toContain('• M src/price.ts');
  expect(comment).toContain('• Missing sections: Installation, Contributing, License');
  expect(comment).toMatch(/config\/carriers\.json: .*JSON/);
  expect(comment).toContain('FIXME: some carriers');
  expect(comment).toContain('▸ Receipt');
  expect(comment).not.toContain('Asked by');
  expect(summary).toContain('Rebyte: ✅ Done');
  expect(summary).toMatch(/Asked by +mira/);
  expect(outputs).toMatch(/reason-code +completed/);
  expect(outputs).toMatch(/comment-url +http:\/\/127\.0\.0\.1:\d+\/acme\/parcels\/pull\/7#issuecomment-\d+/);
  expect(figures).toMatch(/✓ [1-9]\d* requests to Rebyte\n.*✓ [1-9]\d* requests to GitHub/);
  expect(output).not.toContain('\u001B'); // It is no terminal that it writes to.
  expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('ends with 1 when the task fails, and shows what GitHub would show', async () => {
  const { code, output, leftovers } = await runDemo(['--plain', '--prompt', 'demo: fail on purpose']).ended;

  expect(code).toBe(1);
  expect(output).toContain('✗ conclusion: failure');
  expect(output).toContain('❌ Failed');
  expect(leftovers).toEqual([]);
});

test('Ctrl-C in the middle cancels the task, says so in the comment and leaves nothing behind', async () => {
  const demo = runDemo(['--plain', '--prompt', 'demo: say Here I am\\n\ndemo: sleep 60s']);
  const before = await demo.said('│ Here I am');
  demo.kill('SIGINT');
  demo.kill('SIGINT'); // npm passes the terminal's signal on, so it comes twice.
  const { code, output, leftovers } = await demo.ended;

  expect(code).toBe(130);
  expect(output).toContain('✗ conclusion: cancelled');
  expect(output).toContain('The comment says: 🚫 Canceled');
  expect(leftovers).toEqual([]);
  expect(processesIn(folderIn(before + output))).toEqual([]);
});

test('ends early when it is stopped before the Action runs', async () => {
  const demo = runDemo(['--plain']);
  await demo.said('1  A git repository');
  demo.kill('SIGTERM');
  const { code, output, leftovers } = await demo.ended;

  expect(code).toBe(130);
  expect(output).not.toContain('The Action');
  expect(leftovers).toEqual([]);
});

test('--keep keeps Rebyte and GitHub up, and its lines for a shell work', async () => {
  const demo = runDemo(['--plain', '--keep', '--prompt', 'demo: result Short.']);
  const output = await demo.said('curl -H "$AUTH" "$THREAD/comments"\n');
  const shell = Object.fromEntries(
    [...output.matchAll(/\b([A-Z]+)=(?:'(.+?)'|(\S+))/g)].map(([, k, a, b]) => [k, a ?? b]),
  );
  const task = await fetch(`${shell['REBYTE']}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...header(shell['KEY']) },
    body: /-d '(\{"prompt".+\})'/.exec(output)?.[1] ?? '',
  });
  const events = await fetch(`${shell['REBYTE']}/tasks/${shell['TASK']}/events`, { headers: header(shell['KEY']) });
  const comment = await fetch(`${shell['THREAD']}/comments`, {
    method: 'POST',
    headers: header(shell['AUTH']),
    body: /-d '(\{"body".+\})'/.exec(output)?.[1] ?? '',
  });

  expect(task.status).toBe(201);
  expect(await events.text()).toContain('"Short."');
  expect(comment.status).toBe(201);
  demo.kill('SIGINT');
  const { code, leftovers } = await demo.ended;
  expect(code).toBe(0);
  expect(leftovers).toEqual([]);
});

function chaptersOf(output: string): readonly string[] {
  return output.split('\n').filter((line) => /^\d {2}/.test(line));
}

function header(line = ''): Record<string, string> {
  const [name = '', value = ''] = line.split(': ');
  return { [name]: value };
}

function folderIn(output: string): string {
  return /\/\S*\/rebyte-demo-\w+/.exec(output)?.[0] ?? 'nowhere';
}

/** Processes that work in this folder. Only Linux can tell; elsewhere there seem to be none. */
function processesIn(folder: string): readonly string[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // Ended meanwhile.
    }
  });
}
