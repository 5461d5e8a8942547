import type { Measure, Row } from '../measure.ts';
import { ratios } from '../numbers.ts';
import { openAppWorld } from '../stage/app-world.ts';
import { burst, type Burst, type Subject } from '../stage/burst.ts';
import { payloads } from '../stage/payloads.ts';
import { startServerProcess } from '../stage/server-process.ts';

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
        { name: 'App, a comment without a command', server: world.app, path, bodies: [chatter] },
        { name: 'App, a command', server: world.app, path, bodies: [command] },
        { name: 'Probot, a handler that does nothing', server, path, bodies: [chatter] },
        { name: 'the same by its middleware alone', server: middleware, path, bodies: [chatter] },
        { name: 'node:http, HMAC and JSON.parse', server: http, path, bodies: [chatter] },
      ];
      const secret = world.credentials.WEBHOOK_SECRET;
      const options = { secret, amount: quick ? 300 : 2_000, connections: CONNECTIONS };
      for (const subject of subjects) await burst(subject, options);
      const taken = subjects.map((subject) => ({ subject, bursts: new Array<Burst>() }));
      for (let round = 0; round < (quick ? 3 : 7); round += 1)
        for (const { subject, bursts } of taken) bursts.push(await burst(subject, options));
      return rowsOf(taken);
    } finally {
      await Promise.all([server, middleware, http].map((each) => each.close()));
      await world.close();
    }
  },
};

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
      details: taken
        .map(({ subject: { name, bodies } }) => `${name}: ${Buffer.byteLength(bodies.join(''))} bytes`)
        .slice(0, 2),
    },
    { name: '  processor, App with a command / Probot', unit: 'x', samples: ratios(command, server) },
    { name: '  processor, App / Probot by its middleware alone', unit: 'x', samples: ratios(chatter, middleware) },
  ];
}
