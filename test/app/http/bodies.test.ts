import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const RUN = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('body-server.ts', import.meta.url));
const SECRET = 'a secret';
const MIB = 1024 * 1024;
const HEADERS = {
  'content-type': 'application/json',
  'x-github-event': 'issue_comment',
  'x-github-delivery': 'one',
  'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
};

let child: ChildProcessByStdio<null, Readable, null>;
let url: string;
let senders: (ClientRequest | Socket)[];
beforeEach(async () => {
  senders = [];
  const env = { PATH: process.env['PATH'] ?? '' };
  child = spawn(process.execPath, [RUN, ENTRY, SECRET], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  url = String(line);
}, 60_000);
afterEach(async () => {
  for (const sender of senders) sender.destroy();
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
});

async function deliver(): Promise<number> {
  const body = '{"action":"created"}';
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { ...HEADERS, 'x-hub-signature-256': signature, connection: 'close' };
  return (await fetch(`${url}/hook`, { method: 'POST', body, headers })).status;
}

async function peak(): Promise<number> {
  return Number(await (await fetch(`${url}/peak`, { headers: { connection: 'close' } })).text());
}

interface Sender {
  /** Resolves when so many bytes are out, or nobody takes them any more. */
  readonly sent: Promise<unknown>;
  /** The answer's status; 0 when the connection was cut without one. */
  readonly answered: Promise<number>;
}

/** Announces no length, sends, and then holds the connection open. */
function sendWithoutEnd(bytes: number, chunk: number): Sender {
  const sending = request(`${url}/hook`, { method: 'POST', headers: HEADERS, agent: false });
  senders.push(sending);
  const answered = new Promise<number>((resolve) => {
    sending.once('response', (response) => resolve(response.resume().statusCode ?? 0));
    // Cut off while it is still sending, which is the point.
    sending.on('error', () => undefined).once('close', () => resolve(0));
  });
  return { sent: Promise.race([write(sending, bytes, chunk), answered]), answered };
}

async function write(sending: ClientRequest, bytes: number, size: number): Promise<void> {
  const chunk = Buffer.alloc(size, 0x20);
  for (let sent = 0; sent < bytes && !sending.destroyed; sent += size)
    if (!sending.write(chunk)) await new Promise((resolve) => sending.once('drain', resolve).once('close', resolve));
}

describe('senders whom nobody knows', () => {
  test('of twenty bodies of 60 MB cost bounded memory, and a delivery gets through beside them', async () => {
    const before = await peak();
    // Each stops just below its own limit, so that all of them together would be 480 MiB.
    const held = Array.from({ length: 20 }, () => sendWithoutEnd(24 * MIB, 64 * 1024));
    await Promise.all(held.map(async ({ sent }) => await sent));
    expect(await deliver()).toBe(202);
    const whole = Array.from({ length: 20 }, () => sendWithoutEnd(60 * MIB, 64 * 1024));
    const statuses = await Promise.all(whole.map(async ({ answered }) => await answered));
    expect(statuses.filter((status) => ![413, 503, 0].includes(status))).toEqual([]);
    expect(await deliver()).toBe(202);
    expect((await peak()) - before).toBeLessThan(256 * MIB);
  }, 120_000);

  test('of bodies in chunks of one byte cost no more', async () => {
    const before = await peak();
    const frames = Buffer.from('1\r\n \r\n'.repeat(10_000));
    const head = Object.entries({ host: 'x', ...HEADERS, 'transfer-encoding': 'chunked' });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    senders.push(socket);
    socket.on('error', () => undefined);
    const answered = once(socket, 'data');
    socket.write(`POST /hook HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    const sendMore = (): void => {
      while (!socket.destroyed && socket.write(frames));
    };
    socket.on('drain', sendMore);
    sendMore();
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 30/i);
    expect((await peak()) - before).toBeLessThan(256 * MIB);
  }, 120_000);

  test('who hold connections open make way for a delivery, the first of them first', async () => {
    const sockets: Socket[] = [];
    for (let index = 0; index < 100; index += 1) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      senders.push(socket);
      sockets.push(socket);
      await once(socket, 'connect');
      if (index % 2 === 0) socket.write('POST /hook HTTP/1.1\r\nhost: x\r\n');
    }
    const first = Promise.all(
      sockets.slice(0, 41).map(async (socket) => socket.closed || (await once(socket, 'close'))),
    );
    expect([await deliver(), await deliver()]).toEqual([202, 202]);
    await first;
    expect(sockets.slice(50).filter(({ destroyed }) => destroyed)).toEqual([]);
    // Slow requests are ended after half a minute anyway; here they have to be ended by what came after them.
  }, 25_000);
});
