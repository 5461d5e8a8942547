import { randomFillSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measure, Row } from '../measure.ts';
import { startActionProcess } from '../stage/action-process.ts';
import { type Places, RESULT_DIRECTIVE } from '../stage/messages.ts';

/** The most that Rebyte takes in one file. */
const UPLOAD_BYTES = 50 * 1024 * 1024;
const BUDGET_MB = 120;

/** Peak of resident memory of the Action's own process. */
export const memory: Measure = {
  name: 'memory',
  title: 'Peak memory of the Action',
  run: async ({ quick, stage: open }) => {
    const { places } = await open();
    const rounds = quick ? 1 : 3;
    const flood = quick ? '10MB' : '100MB';
    const row = async (name: string, inputs: Record<string, string>): Promise<Row> => {
      const samples: number[] = [];
      while (samples.length < rounds) samples.push(await peakMb(places, inputs));
      return { name, unit: 'MB', samples, budget: BUDGET_MB };
    };
    const file = join(places.workspace, 'bench.bin');
    await writeFile(file, randomFillSync(Buffer.alloc(UPLOAD_BYTES)));
    try {
      return [
        await row('instant task', { prompt: RESULT_DIRECTIVE, 'include-changes': 'off' }),
        await row('50 MB sent along', { prompt: RESULT_DIRECTIVE, 'include-changes': 'off', files: 'bench.bin' }),
        await row(`${flood} of agent output`, {
          prompt: `demo: flood ${flood}\n${RESULT_DIRECTIVE}`,
          'include-changes': 'off',
        }),
      ];
    } finally {
      await rm(file);
    }
  },
};

async function peakMb(places: Places, inputs: Readonly<Record<string, string>>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-bench-'));
  const peak = join(folder, 'peak');
  try {
    const preload = { module: new URL('../stage/peak-memory.mjs', import.meta.url), env: { REBYTE_BENCH_PEAK: peak } };
    await startActionProcess({ places, inputs: { 'api-url': places.rebyteUrl, ...inputs }, preload }).ended;
    return Number(await readFile(peak, 'utf8')) / 1024;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
