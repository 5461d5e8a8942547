// `npm run bench`: what the numbers mean is in README.md.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadNow, machineFacts, type Machine } from './machine.ts';
import type { Bench, Measure, Row } from './measure.ts';
import { app } from './measures/app.ts';
import { client } from './measures/client.ts';
import { deliveries } from './measures/deliveries.ts';
import { durable } from './measures/durable.ts';
import { emulator } from './measures/emulator.ts';
import { footprint } from './measures/footprint.ts';
import { forgeries } from './measures/forgeries.ts';
import { interrupt } from './measures/interrupt.ts';
import { latency } from './measures/latency.ts';
import { linear } from './measures/linear.ts';
import { memory } from './measures/memory.ts';
import { posted } from './measures/posted.ts';
import { requests } from './measures/requests.ts';
import { size } from './measures/size.ts';
import { start } from './measures/start.ts';
import { sweep } from './measures/sweep.ts';
import { wholeRun } from './measures/whole-run.ts';
import { median } from './numbers.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { renderTable } from './table.ts';

const MEASURES: readonly Measure[] = [
  start,
  posted,
  wholeRun,
  interrupt,
  client,
  requests,
  memory,
  app,
  deliveries,
  durable,
  latency,
  footprint,
  sweep,
  emulator,
  linear,
  forgeries,
  size,
];

const HELP = `npm run bench -- [names…] [--quick] [--explain] [--json FILE]

  names      ${MEASURES.map(({ name }) => name).join(', ')}; all by default
  --quick    fewer samples and smaller amounts: to see that it works, not to quote
  --explain  also says where the time of the start goes
  --json     writes everything, every sample included, to this file
`;

/** What `--json` writes. */
interface Results {
  readonly machine: Machine;
  /** As `machine.load`, when the bench ended; the bench itself is in it. */
  readonly loadAfter: number;
  readonly quick: boolean;
  readonly measures: readonly Taken[];
}

interface Taken {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly rows: readonly (Row & { readonly median: number })[];
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(HELP);
  const results = await bench(measuresNamed(positionals), values);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
}

async function bench(
  chosen: readonly Measure[],
  { quick, explain }: Pick<Bench, 'quick' | 'explain'>,
): Promise<Results> {
  const machine = machineFacts();
  console.log(describe(machine));
  let opening: Promise<Stage> | undefined;
  const given: Bench = { quick, explain, stage: () => (opening ??= openStage()) };
  const measures: Taken[] = [];
  try {
    for (const measure of chosen) measures.push(await take(measure, given));
  } finally {
    await (await opening)?.close();
  }
  return { machine, loadAfter: loadNow(), quick, measures };
}

function measuresNamed(names: readonly string[]): readonly Measure[] {
  const unknown = names.filter((name) => !MEASURES.some((measure) => measure.name === name));
  if (unknown.length > 0)
    throw new Error(`No measure ${unknown.join(', ')}; there are ${MEASURES.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? MEASURES : MEASURES.filter(({ name }) => names.includes(name));
}

async function take(measure: Measure, given: Bench): Promise<Taken> {
  const { name, title } = measure;
  const startedAt = performance.now();
  const rows = await measure.run(given);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  console.log(`\n${title} (${name}, ${seconds} s)\n${renderTable(rows)}`);
  return { name, title, seconds, rows: rows.map((row) => ({ ...row, median: median(row.samples) })) };
}

function describe({ date, commit, node, git, system, cpu, cores, memoryGb, load }: Machine): string {
  const busy = load > cores / 2 ? '\nSomething else is at work here: trust sizes, counts and ratios, not times.' : '';
  return `${date}, commit ${commit}, Node ${node}, git ${git}, ${system}\n${cores} cores of ${cpu}, ${memoryGb} GB, load ${load}${busy}`;
}
