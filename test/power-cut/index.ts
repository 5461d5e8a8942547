// `npm run power-cut`: what it does is in docs/chaos.md.
import { parseArgs } from 'node:util';
import { runPowerCut, type PowerCutSeen, type Synchronous } from './power-cut.ts';
import { whyNoTrace } from './traced-app.ts';

const HELP = `npm run power-cut -- [--deliveries 400] [--connections 20] [--cuts 150] [--seed N] [--synchronous full]

  --deliveries   signed deliveries with a command; 400 by default
  --connections  over which they come at the same time; 20 by default
  --cuts         power cuts right after an answer; half as many come inside checkpoints, and as many anywhere
  --seed         the same cuts as another time; by default a new one, which is printed
  --synchronous  normal or off: the App does not wait for the disk, and losses must be found
`;

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '400' },
    connections: { type: 'string', default: '20' },
    cuts: { type: 'string', default: '150' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    synchronous: { type: 'string', default: 'full' },
    help: { type: 'boolean', default: false },
  },
});

const MAX_SHOWN = 5;

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const why = await whyNoTrace();
  if (why !== undefined) {
    console.error(why);
    return 1;
  }
  const seed = numberOf('seed');
  const seen = await runPowerCut({
    deliveries: numberOf('deliveries'),
    connections: numberOf('connections'),
    cuts: numberOf('cuts'),
    seed,
    synchronous: synchronousFrom(values.synchronous),
    tell: (line) => console.log(line),
  });
  console.log(tableOf(seen, seed));
  for (const each of seen.broken.slice(0, MAX_SHOWN)) console.error(JSON.stringify(each));
  return seen.broken.length + seen.untraced.length === 0 && seen.acknowledged === seen.answered ? 0 : 1;
}

function tableOf(seen: PowerCutSeen, seed: number): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ['acknowledged', `${seen.acknowledged} in the trace, ${seen.answered} as the senders saw it`],
    ['system calls', `${seen.calls} traced, ${seen.syncs} of them wait for the disk; ${seen.checkpoints} checkpoints`],
    ['power cuts', [...seen.cuts].map(([where, count]) => `${count} ${where}`).join(', ')],
    ['disks looked at', seen.disks],
    ['lost', new Set(seen.broken.flatMap(({ lost }) => lost)).size],
    ['disks with a loss', seen.broken.filter(({ lost }) => lost.length > 0).length],
    ['corrupt', seen.broken.filter(({ damage }) => damage !== undefined).length],
    ['files the trace does not explain', seen.untraced.join(', ') || 'none'],
    ['seed', seed],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function synchronousFrom(given: string): Synchronous {
  const found = (['FULL', 'NORMAL', 'OFF'] as const).find((each) => each === given.toUpperCase());
  if (found === undefined) throw new Error(`--synchronous is "${given}": give full, normal or off.`);
  return found;
}

function numberOf(name: 'deliveries' | 'connections' | 'cuts' | 'seed'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is "${values[name]}": give a whole number.`);
  return number;
}
