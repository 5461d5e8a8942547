import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getOctokit } from '@actions/github';
import { createForge, type ForgeOptions } from '../../../shared/github/index.ts';
import type { ClockPort } from '../../../shared/ports/clock.ts';
import type { Forge } from '../../../shared/ports/forge.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Cuts the connection before the answer, or halfway through its body. */
  readonly cut?: 'before' | 'within';
  /** Called when the request is there, which then stays unanswered. */
  readonly hold?: () => void;
}

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

export interface ScriptedGitHub {
  readonly url: string;
  readonly requests: readonly Recorded[];
  /** Milliseconds that the forge slept, in order. */
  readonly slept: readonly number[];
  readonly told: readonly string[];
  readonly forge: Forge;
  close(): Promise<void>;
}

/** A GitHub that gives the answers of a script in order, and a forge on a real Octokit whose clock never really waits. */
export async function scriptedGitHub(
  answers: readonly Answer[],
  options: Partial<ForgeOptions> = {},
): Promise<ScriptedGitHub> {
  const script = [...answers];
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', body, headers: request.headers });
      const answer = script.shift() ?? { status: 500, body: { message: 'the script is over' } };
      if (answer.hold !== undefined) return answer.hold();
      if (answer.cut === 'before') return request.socket.destroy();
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers };
      if (answer.cut !== 'within') return response.writeHead(answer.status ?? 200, headers).end(text);
      response.writeHead(answer.status ?? 200, { ...headers, 'content-length': Buffer.byteLength(text) });
      return response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const slept: number[] = [];
  const told: string[] = [];
  const forge = createForge(getOctokit('a-token', { baseUrl: url, log: quiet }), {
    clock: clockThatSkips(slept),
    log: logInto(told),
    random: () => 0.5,
    ...options,
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, requests, slept, told, forge, close };
}

/** Sleeping moves its hands on at once. */
export function clockThatSkips(slept: number[], start = Date.parse('2026-01-01T00:00:00Z')): ClockPort {
  let now = start;
  return {
    now: () => now,
    steady: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

export function logInto(told: string[]): ForgeOptions['log'] {
  const at = (level: string) => (message: string) => void told.push(`${level}: ${message}`);
  return { debug: at('debug'), info: at('info'), notice: at('notice'), warning: at('warning'), error: at('error') };
}

const nothing = (): void => {};
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}
