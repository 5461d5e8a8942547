import { createHmac, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { now, percentile } from '../numbers.ts';
import type { ServerProcess } from './server-process.ts';

/** A server, and what is delivered to it. */
export interface Subject {
  readonly name: string;
  readonly server: ServerProcess;
  readonly path: string;
  /** Taken in turn. */
  readonly bodies: readonly string[];
}

export interface Burst {
  readonly perSecond: number;
  /** Of a delivery, from when it is sent to its answer. */
  readonly p99Ms: number;
  /** Processor time per delivery. */
  readonly cpuUs: number;
}

export interface BurstOptions {
  readonly secret: string;
  readonly amount: number;
  readonly connections: number;
}

/** Many deliveries of GitHub's over many connections, each with an id of its own. */
export async function burst(
  { server, path, bodies }: Subject,
  { secret, amount, connections }: BurstOptions,
): Promise<Burst> {
  const signed = bodies.map((body) => ({ body, headers: headersOf(body, secret) }));
  const pool = new Pool(server.url, { connections, pipelining: 1 });
  const times: number[] = [];
  let left = amount;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { body = '', headers } = signed[left % signed.length] ?? {};
      const startedAt = now();
      const delivery = { ...headers, 'x-github-delivery': randomUUID() };
      const answer = await pool.request({ method: 'POST', path, body, headers: delivery });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`${server.url} answers ${answer.statusCode}.`);
      times.push(now() - startedAt);
    }
  };
  try {
    const [cpuBefore, startedAt] = [await server.cpuUs(), now()];
    await Promise.all(Array.from({ length: connections }, sender));
    const seconds = (now() - startedAt) / 1_000;
    const cpuUs = ((await server.cpuUs()) - cpuBefore) / amount;
    return { perSecond: amount / seconds, p99Ms: percentile(times, 0.99), cpuUs };
  } finally {
    await pool.close();
  }
}

function headersOf(body: string, secret: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
}
