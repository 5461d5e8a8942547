import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen, type HttpServer } from '../../../app/http/http-server.ts';
import { createMemoryQueue } from '../../../app/memory/memory-queue.ts';
import { runOpsCommand } from '../../../app/ops/command.ts';
import { MAX_IDS, opsRoutes } from '../../../app/ops/ops-routes.ts';
import { opsToken } from '../../../app/ops/ops-token.ts';
import type { Job, WorkQueue } from '../../../shared/ports/jobs.ts';
import { keepingLog } from '../../support/keeping-log.ts';
import { realClock } from '../../support/real-clock.ts';

const RUN = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../../app/ops/index.ts', import.meta.url));
const WEBHOOK_SECRET = 'the secret of the webhook';
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const KEY = 'rbk_a-key-that-nobody-may-see';

let queue: WorkQueue;
let server: HttpServer;
let broken: boolean;
let handled: Job[];
const done: string[] = [];

beforeEach(async () => {
  [broken, handled, done.length] = [true, [], 0];
  queue = createMemoryQueue({ clock: realClock, log: () => keepingLog(), maxAttempts: 1 });
  queue.start(async (job) => {
    handled.push(job);
    await Promise.resolve();
    if (broken) throw new Error(`GitHub said\nno to ${KEY}`);
  });
  const routes = opsRoutes({
    queue,
    token: opsToken(WEBHOOK_SECRET),
    mask: (said) => said.replaceAll(KEY, '***'),
    onDone: (what, id) => void done.push(`${what} ${id}`),
  });
  server = await listen({ host: '127.0.0.1', port: 0, routes: new Map(routes), log: keepingLog() });
});

afterEach(async () => {
  await queue.drain();
  await server.close();
});

/** A job that failed and was set aside; resolves with its id. */
async function deadLetter(runId: string): Promise<string> {
  await queue.add({ kind: 'report', runId }, { lane: runId });
  for (;;) {
    const letter = (await queue.deadLetters()).find(({ lane }) => lane === runId);
    if (letter !== undefined) return letter.id;
    await new Promise(setImmediate);
  }
}

async function ops(args: readonly string[], changes: Record<string, string> = {}) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    APP_ID: '1',
    PRIVATE_KEY,
    WEBHOOK_SECRET,
    REBYTE_API_KEY: 'rbk_localhost',
    METRICS_PORT: new URL(server.url).port,
    ...changes,
  };
  const child = spawn(process.execPath, [RUN, ENTRY, ...args], {
    cwd: tmpdir(),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code: Number(code) };
}

describe('npm run ops', () => {
  test('lists dead letters and shows one whole, without secrets and on lines of their own', async () => {
    expect((await ops(['dead'])).out).toBe('There are no dead letters.\n');
    const id = await deadLetter('run-1');
    const listed = await ops(['dead']);
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toMatch(
      new RegExp(`^${id}  \\S+Z  report of run run-1, 1 attempts\\n    GitHub said no to \\*\\*\\*\\n$`),
    );
    const shown = JSON.parse((await ops(['dead', 'show', id])).out);
    expect(shown).toMatchObject({ id, job: { kind: 'report', runId: 'run-1' }, error: 'GitHub said\nno to ***' });
  }, 30_000);

  test('puts a letter back, which is then carried out, and forgets another', async () => {
    const [first, second] = [await deadLetter('run-1'), await deadLetter('run-2')];
    broken = false;
    handled = [];
    expect(await ops(['dead', 'replay', first])).toMatchObject({ code: 0, out: `Put back: ${first}\n` });
    expect(handled).toEqual([{ kind: 'report', runId: 'run-1' }]);
    expect(await ops(['dead', 'drop', '--all'])).toMatchObject({ code: 0, out: `Forgotten: ${second}\n` });
    expect(await queue.deadLetters()).toEqual([]);
    expect(done).toEqual([`replay ${first}`, `drop ${second}`]);
  }, 30_000);

  test.each([
    [['dead', 'show', 'nobody'], {}, 'There is no dead letter nobody.'],
    [['dead', 'drop', 'nobody'], {}, 'There is no dead letter nobody.'],
    [['dead', 'bury'], {}, '"bury" is not known'],
    [['dead'], { WEBHOOK_SECRET: 'another secret of a webhook' }, 'has another WEBHOOK_SECRET'],
    [['dead'], { METRICS_PORT: '1' }, 'No App answers at http://127.0.0.1:1. Start it'],
    [['dead'], { APP_ID: '' }, 'APP_ID is missing'],
  ])('%j with %j says what is wrong and ends with 1', async (args, changes, why) => {
    const { out, err, code } = await ops(args, changes);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(why);
  });
});

test.each(['/ops/dead', '/ops/dead/replay', '/ops/dead/drop'])(
  '%s is closed to whoever lacks the secret',
  async (path) => {
    const id = await deadLetter('run-1');
    for (const authorization of [
      '',
      'Bearer ',
      `Bearer ${opsToken('another one')}`,
      `Basic ${opsToken(WEBHOOK_SECRET)}`,
    ]) {
      const post = path === '/ops/dead' ? {} : { method: 'POST', body: JSON.stringify({ ids: [id] }) };
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(`${server.url}${path}`, { ...post, headers });
      expect([response.status, await response.text()]).toEqual([401, expect.not.stringContaining('run-1')]);
    }
    expect(await queue.deadLetters()).toHaveLength(1);
  },
);

test('what answers but is no App is named', async () => {
  const routes = new Map([['/ops/dead', { method: 'GET', handle: () => ({ status: 200, body: 'hello' }) } as const]]);
  const other = await listen({ host: '127.0.0.1', port: 0, routes, log: keepingLog() });
  const { err, code } = await ops(['dead', '--url', other.url]);
  await other.close();
  expect([code, err]).toEqual([1, expect.stringContaining(`What answers at ${other.url} is no App of this release`)]);
}, 30_000);

test('however many there are, all can be put back', async () => {
  const amount = MAX_IDS * 2 + 1;
  await Promise.all(Array.from({ length: amount }, async (_, index) => await deadLetter(`run-${index}`)));
  broken = false;
  handled = [];
  const target = { url: server.url, token: opsToken(WEBHOOK_SECRET) };
  const said = await runOpsCommand({ verb: 'replay', ids: 'all' }, target);
  expect(said.split(', ')).toHaveLength(amount);
  await queue.drain();
  expect(handled).toHaveLength(amount);
});

test('one that is not there does not hide what was done to the others', async () => {
  const [first, second] = [await deadLetter('run-1'), await deadLetter('run-2')];
  const target = { url: server.url, token: opsToken(WEBHOOK_SECRET) };
  const dropping = runOpsCommand({ verb: 'drop', ids: [first, 'nobody', second] }, target);
  await expect(dropping).rejects.toThrow(
    `There is no dead letter nobody. \`npm run ops -- dead\` lists those there are. Forgotten: ${first}, ${second}.`,
  );
  expect(await queue.deadLetters()).toEqual([]);
});

test('what is not a list of ids is refused', async () => {
  const headers = { authorization: `Bearer ${opsToken(WEBHOOK_SECRET)}`, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/ops/dead/drop`, { method: 'POST', headers, body: '{"ids":"all"}' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('{\\"ids\\"')]);
});
