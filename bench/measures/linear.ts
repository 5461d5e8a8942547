import { parseCommands } from '../../shared/domain/commands/parse-commands.ts';
import { verifyMarker } from '../../shared/domain/marker.ts';
import { maskFor } from '../../shared/domain/mask-for.ts';
import { cleanUntrusted } from '../../shared/prompt/clean-untrusted.ts';
import { MAX_MARKDOWN_CHARS, neutralize } from '../../shared/render/neutralize.ts';
import type { Measure, Row } from '../measure.ts';
import { median } from '../numbers.ts';
import { HOSTILE_SHAPES, type HostileShape } from './hostile-shapes.ts';

const SHORT_CHARS = 1_024;
const LONG_CHARS = 1_048_576;
const QUICK_CHARS = 65_536;
/** How much longer a character of a long text may take than one of a short. */
const BUDGET = 3;
/** What looks like more than this is taken again, so that a pause of the machine is not taken for it. */
const DOUBTFUL = 2;
/** Less is over too soon to be measured. */
const LEAST_MS = 5;

interface Reader {
  readonly name: string;
  readonly read: (text: string) => unknown;
  /** Where it cuts what it is given: a longer text is no more work. */
  readonly maxChars?: number;
}

const secrets = ['rbk_0123456789abcdef', 'a-webhook-secret', 'line one\nline two of a private key'];
const mask = maskFor(secrets);
const place = { thread: { owner: 'acme', repo: 'app', number: 7 }, purpose: 'comment' } as const;
const READERS: readonly Reader[] = [
  { name: 'commands', read: (text) => parseCommands(`/rebyte a\n\n${text}\n\n/rebyte b`, { custom: [] }) },
  { name: 'cleaner', read: (text) => cleanUntrusted(text) },
  // A little below its limit, so that its own cut has room left.
  { name: 'neutralizer', read: (text) => neutralize(text), maxChars: MAX_MARKDOWN_CHARS - 1 },
  { name: 'marker', read: (text) => verifyMarker(text, place, 'a secret') },
  { name: 'masks', read: (text) => mask(text) },
];

interface Taken {
  readonly shape: HostileShape;
  readonly ratio: number;
  readonly longMs: number;
}

/** Whether reading takes time by the length of a text and no more, whatever it is made of. */
export const linear: Measure = {
  name: 'linear',
  title: 'Time for each character of a long text, by that of short ones',
  run: ({ quick, explain }) =>
    Promise.resolve(READERS.map((reader) => rowOf(reader, { chars: quick ? QUICK_CHARS : LONG_CHARS, explain }))),
};

function rowOf(reader: Reader, { chars, explain }: { chars: number; explain: boolean }): Row {
  const long = Math.min(chars, reader.maxChars ?? chars);
  const taken = HOSTILE_SHAPES.map((shape) => take(reader, shape, long)).sort((a, b) => b.ratio - a.ratio);
  const slowest = taken.toSorted((a, b) => b.longMs - a.longMs)[0];
  return {
    name: `${reader.name}, worst of ${taken.length} shapes at ${Math.round(long / SHORT_CHARS)} KB`,
    unit: 'x',
    samples: [taken[0]?.ratio ?? NaN],
    budget: BUDGET,
    details: [
      ...taken.slice(0, explain ? taken.length : 3).map(describe),
      `median ${median(taken.map(({ ratio }) => ratio)).toFixed(2)} x`,
      ...(slowest === undefined ? [] : [`slowest: ${describe(slowest)}`]),
    ],
  };
}

function describe({ shape, ratio, longMs }: Taken): string {
  return `${JSON.stringify(shape.head + shape.body)}: ${ratio.toFixed(2)} x, ${longMs.toFixed(0)} ms`;
}

function take(reader: Reader, shape: HostileShape, chars: number): Taken {
  pair(reader, shape, SHORT_CHARS * 16);
  const taken = [pair(reader, shape, chars)];
  if ((taken[0]?.ratio ?? NaN) > DOUBTFUL) taken.push(pair(reader, shape, chars), pair(reader, shape, chars));
  return taken.sort((a, b) => a.ratio - b.ratio)[Math.floor(taken.length / 2)] ?? { shape, ratio: NaN, longMs: NaN };
}

/** The same number of characters, in short texts and in one. */
function pair({ read }: Reader, shape: HostileShape, chars: number): Taken {
  const short = textOf(shape, SHORT_CHARS);
  const long = textOf(shape, chars);
  const times = Math.round(long.length / short.length);
  const shortMs = msFor(() => {
    for (let time = 0; time < times; time += 1) read(short);
  });
  const longMs = msFor(() => read(long));
  return { shape, ratio: Math.max(longMs, LEAST_MS) / Math.max(shortMs, LEAST_MS), longMs };
}

function textOf({ head, body }: HostileShape, chars: number): string {
  // Made flat, as a text that came over the network is.
  return Buffer.from(head + body.repeat(Math.max(1, Math.floor((chars - head.length) / body.length)))).toString();
}

function msFor(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
