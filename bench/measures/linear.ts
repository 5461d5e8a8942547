import { parseCommands } from '../../shared/domain/commands/parse-commands.ts';
import { verifyMarker } from '../../shared/domain/marker.ts';
import { maskFor } from '../../shared/domain/mask-for.ts';
import { cleanUntrusted } from '../../shared/prompt/clean-untrusted.ts';
import { MAX_MARKDOWN_CHARS, neutralize } from '../../shared/render/neutralize.ts';
import type { Measure, Row } from '../measure.ts';
import { median } from '../numbers.ts';
import { HOSTILE_SHAPES, type HostileShape } from './hostile-shapes.ts';

const SHORT_CHARS = 1_024;
/** Climbed from the shortest, so that what takes time by the square is found before it takes minutes. */
const LONG_CHARS = [16_384, 131_072, 1_048_576] as const;
const QUICK_CHARS = 65_536;
/** How much longer a character of a long text may take than one of a short. */
const BUDGET = 3;
/** What looks like more than this is taken again, and the middle counts: garbage of the text before is not its own. */
const DOUBTFUL = 2;
const CAREFUL_LOOKS = 5;
/** Less is over too soon to be measured. */
const LEAST_MS = 5;
/** Short texts are read for so long, or until they are as many characters as the longest. */
const SHORT_MS = 20;
/** Of each shape, before it is measured: a reader that V8 has not compiled yet would make short texts look slow. */
const WARM_CHARS = 8_192;

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
  /** Of the longest text that was read: the climb ends at the first length that is over the budget. */
  readonly chars: number;
  readonly ratio: number;
  readonly longMs: number;
}

/** Whether reading takes time by the length of a text and no more, whatever it is made of. */
export const linear: Measure = {
  name: 'linear',
  title: 'Time for each character of a long text, by that of short ones',
  run: ({ quick, explain }) => Promise.resolve(READERS.map((reader) => rowOf(reader, { quick, explain }))),
};

function rowOf(reader: Reader, { quick, explain }: { quick: boolean; explain: boolean }): Row {
  const most = Math.min(quick ? QUICK_CHARS : Infinity, reader.maxChars ?? Infinity);
  const lengths = [...new Set(LONG_CHARS.map((chars) => Math.min(chars, most)))];
  for (const shape of HOSTILE_SHAPES) msFor(reader, { text: textOf(shape, SHORT_CHARS), times: 2 });
  const taken = HOSTILE_SHAPES.map((shape) => climb(reader, shape, lengths)).sort((a, b) => b.ratio - a.ratio);
  const slowest = taken.toSorted((a, b) => b.longMs - a.longMs)[0];
  return {
    name: `${reader.name}, worst of ${taken.length} shapes at ${Math.round(Math.max(...lengths) / 1_024)} KB`,
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

function describe({ shape, chars, ratio, longMs }: Taken): string {
  const at = `${Math.round(chars / 1_024)} KB`;
  return `${JSON.stringify(shape.head + shape.body)}: ${ratio.toFixed(2)} x, ${longMs.toFixed(0)} ms at ${at}`;
}

/** Longer and longer texts, to the last of `lengths` or the first that is over the budget. */
function climb(reader: Reader, shape: HostileShape, lengths: readonly number[]): Taken {
  const short = textOf(shape, SHORT_CHARS);
  msFor(reader, { text: short, times: Math.ceil(WARM_CHARS / short.length) });
  const shortMs = msForEach(reader, short);
  let taken: Taken = { shape, chars: 0, ratio: NaN, longMs: NaN };
  for (const chars of lengths) {
    const long = textOf(shape, chars);
    const first = msFor(reader, { text: long, times: 1 });
    taken = { shape, chars, longMs: first, ratio: ratioOf(first, shortMs * long.length) };
    if (taken.ratio > DOUBTFUL) taken = { ...taken, ...lookAgain(reader, short, long) };
    if (taken.ratio > BUDGET) break;
  }
  return taken;
}

/** Short and long texts in turn, so that both meet the same garbage; the look in the middle. */
function lookAgain(reader: Reader, short: string, long: string): { ratio: number; longMs: number } {
  const looks = Array.from({ length: CAREFUL_LOOKS }, () => {
    const shortMs = msForEach(reader, short) * long.length;
    const longMs = msFor(reader, { text: long, times: 1 });
    return { longMs, ratio: ratioOf(longMs, shortMs) };
  });
  return looks.sort((a, b) => a.ratio - b.ratio)[Math.floor(CAREFUL_LOOKS / 2)] ?? { ratio: NaN, longMs: NaN };
}

function ratioOf(longMs: number, shortMs: number): number {
  return Math.max(longMs, LEAST_MS) / Math.max(shortMs, LEAST_MS);
}

function textOf({ head, body }: HostileShape, chars: number): string {
  // Made flat, as a text that came over the network is.
  return Buffer.from(head + body.repeat(Math.max(1, Math.floor((chars - head.length) / body.length)))).toString();
}

/** How long a character of a short text takes. */
function msForEach(reader: Reader, short: string): number {
  const atOnce = 4;
  let [chars, ms] = [0, 0];
  while (ms < SHORT_MS && chars < Math.max(...LONG_CHARS)) {
    ms += msFor(reader, { text: short, times: atOnce });
    chars += atOnce * short.length;
  }
  return ms / chars;
}

/** Time of the processor, that of V8's own threads included: what others do on the machine does not count. */
function msFor({ read }: Reader, { text, times }: { text: string; times: number }): number {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
