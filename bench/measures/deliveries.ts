import { createHmac, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Measure, Row } from '../measure.ts';
import { now, ratios } from '../numbers.ts';
import { openAppWorld, type AppWorld } from '../stage/app-world.ts';
import { startServerProcess, type ServerProcess } from '../stage/server-process.ts';

const CONNECTIONS = 32;

/** How many of GitHub's deliveries are acknowledged, beside servers that do nothing with them. */
export const deliveries: Measure = {
  name: 'deliveries',
  title: "GitHub's deliveries acknowledged",
  run: async ({ quick }) => {
    const world = await openAppWorld(1);
    const bare = (kind: string) =>
      startServerProcess('bare-receiver.ts', { args: [kind], env: { ...world.credentials } });
    const [server, middleware, http] = await Promise.all([bare('server'), bare('middleware'), bare('http')]);
    try {
      const { chatter, command } = await payloads(world);
      const path = '/api/github/webhooks';
      const subjects: readonly Subject[] = [
        { name: 'App, a comment without a command', server: world.app, path, body: chatter },
        { name: 'App, a command', server: world.app, path, body: command },
        { name: 'Probot, a handler that does nothing', server, path, body: chatter },
        { name: 'the same by its middleware alone', server: middleware, path, body: chatter },
        { name: 'node:http, HMAC and JSON.parse', server: http, path, body: chatter },
      ];
      const secret = world.credentials.WEBHOOK_SECRET;
      const amount = quick ? 300 : 2_000;
      for (const subject of subjects) await burst(subject, { secret, amount });
      const taken = subjects.map((subject) => ({ subject, bursts: new Array<Burst>() }));
      for (let round = 0; round < (quick ? 3 : 7); round += 1)
        for (const { subject, bursts } of taken) bursts.push(await burst(subject, { secret, amount }));
      return rowsOf(taken);
    } finally {
      await Promise.all([server, middleware, http].map((each) => each.close()));
      await world.close();
    }
  },
};

interface Subject {
  readonly name: string;
  readonly server: ServerProcess;
  readonly path: string;
  readonly body: string;
}

interface Burst {
  readonly perSecond: number;
  /** Processor time per delivery. */
  readonly cpuUs: number;
}

interface BurstOptions {
  readonly secret: string;
  readonly amount: number;
}

/** Many deliveries over many connections, each with an id of its own. */
async function burst({ server, path, body }: Subject, { secret, amount }: BurstOptions): Promise<Burst> {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-hub-signature-256': signature,
  };
  let left = amount;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({
        method: 'POST',
        path,
        body,
        headers: { ...headers, 'x-github-delivery': randomUUID() },
      });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`${server.url} answers ${answer.statusCode}.`);
    }
  };
  try {
    const [cpuBefore, startedAt] = [await server.cpuUs(), now()];
    await Promise.all(Array.from({ length: CONNECTIONS }, sender));
    const seconds = (now() - startedAt) / 1_000;
    return { perSecond: amount / seconds, cpuUs: ((await server.cpuUs()) - cpuBefore) / amount };
  } finally {
    await pool.close();
  }
}

function rowsOf(taken: readonly { readonly subject: Subject; readonly bursts: readonly Burst[] }[]): readonly Row[] {
  const cpu = taken.map(({ bursts }) => bursts.map(({ cpuUs }) => cpuUs));
  const [chatter = [], command = [], server = [], middleware = []] = cpu;
  const rates = taken.map(({ bursts }) => bursts.map(({ perSecond }) => perSecond));
  const [chatterRate = [], commandRate = [], serverRate = []] = rates;
  return [
    ...taken.map(({ subject }, index): Row => ({ name: subject.name, unit: '/s', samples: rates[index] ?? [] })),
    { name: '  a second, Probot / App', unit: 'x', samples: ratios(serverRate, chatterRate), budget: 1 },
    { name: '  a second, Probot / App with a command', unit: 'x', samples: ratios(serverRate, commandRate) },
    ...taken.map(({ subject }, index): Row => ({
      name: `  processor, ${subject.name}`,
      unit: 'µs',
      samples: cpu[index] ?? [],
    })),
    {
      name: '  processor, App / Probot',
      unit: 'x',
      samples: ratios(chatter, server),
      budget: 1,
      details: taken.map(({ subject: { name, body } }) => `${name}: ${Buffer.byteLength(body)} bytes`).slice(0, 2),
    },
    { name: '  processor, App with a command / Probot', unit: 'x', samples: ratios(command, server) },
    { name: '  processor, App / Probot by its middleware alone', unit: 'x', samples: ratios(chatter, middleware) },
  ];
}

/** What GitHub sends for a comment; the command among them was carried out before, so that intake is all that is left. */
async function payloads(world: AppWorld): Promise<{ chatter: string; command: string }> {
  const payloadOf = async (text: string): Promise<string> => {
    await world.comment(1, text);
    await world.github.delivered();
    return JSON.stringify(
      world.github.deliveries('rebyte').findLast(({ event }) => event === 'issue_comment')?.payload,
    );
  };
  const chatter = await payloadOf('Thank you, I shall look at it tomorrow.');
  const answered = world.next(({ method, login }) => method === 'POST' && login === 'rebyte[bot]');
  const command = await payloadOf('/rebyte help');
  await answered;
  return { chatter, command };
}
