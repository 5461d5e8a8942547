// `npm run chaos`: what it does and how a seed is replayed is in docs/chaos.md.
import { parseArgs } from 'node:util';
import { runChaos, type ChaosOptions, type Seen } from './chaos.ts';
import { isGood, tableOf, storiesOf } from './telling.ts';

const HELP = `npm run chaos -- [--runs 2000] [--kills 100] [--seed N] [--replicas 2 --postgres] [--quick]

  --runs      commands that are given; 2000 by default
  --kills     how often the App is killed; 100 by default
  --seed      the same commands, faults and kills as another time; by default a new one, which is printed
  --postgres  keeps runs and jobs in PostgreSQL instead of SQLite
  --replicas  processes of the App; more than 1 with --postgres only
  --pace      commands a second; 4 by default
  --quick     50 runs, 20 kills
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    replicas: { type: 'string' },
    pace: { type: 'string' },
    postgres: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const options = optionsFrom();
  console.log(`seed ${options.seed}, ${options.runs} runs, ${options.replicas} × ${options.storage}`);
  const started = Date.now();
  const seen: Seen = await runChaos(options);
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(tableOf(seen, { ...options, seconds }));
  if (isGood(seen)) return 0;
  console.error(storiesOf(seen));
  return 1;
}

function optionsFrom(): ChaosOptions {
  const storage = values.postgres ? 'postgres' : 'sqlite';
  const options = {
    runs: numberOf('runs', values.quick ? 50 : 2_000),
    kills: numberOf('kills', values.quick ? 20 : 100),
    seed: numberOf('seed', Math.floor(Math.random() * 2 ** 31)),
    replicas: numberOf('replicas', 1),
    pace: numberOf('pace', 4),
    faults: 0.5,
    patienceMs: 20 * 60_000,
    // PostgreSQL has a clock of its own.
    hurry: storage === 'sqlite',
    storage,
    tell: (line: string) => console.log(line),
  } as const;
  if (options.replicas > 1 && storage === 'sqlite')
    throw new Error('SQLite serves one process. Add --postgres for --replicas.');
  return options;
}

function numberOf(name: 'runs' | 'kills' | 'seed' | 'replicas' | 'pace', preset: number): number {
  const given = values[name];
  const number = given === undefined ? preset : Number(given);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is "${given}": give a whole number.`);
  return number;
}
