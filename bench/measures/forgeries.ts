import { sample } from 'fast-check';
import { canBeSent, type Forgeries, OF_GITHUB, OF_REBYTE } from '../../test/support/forgeries.ts';
import { type ForgeryTarget, openForgeryTarget } from '../../test/support/forgery-target.ts';
import type { Measure, Row } from '../measure.ts';
import { median, now, percentile } from '../numbers.ts';

/** How much longer than the median the slowest may take. */
const BUDGET = 5;
/** What takes more than this is sent again, and its fastest counts: a pause of the machine does not come back, a slow check does. */
const DOUBTFUL = 2;
const LOOKS = 9;

/** Whether one forged delivery takes much longer to refuse than the others, from the request to the answer. */
export const forgeries: Measure = {
  name: 'forgeries',
  title: 'Time until a forged delivery is refused',
  run: async ({ quick }) => {
    const target = await openForgeryTarget({ connections: 1 });
    try {
      const rows: Row[] = [];
      for (const sender of [OF_GITHUB, OF_REBYTE]) rows.push(...(await rowsOf(sender, target, quick ? 2_000 : 50_000)));
      if (target.taken() > 0) throw new Error(`${target.taken()} forged deliveries were accepted.`);
      return rows;
    } finally {
      await target.close();
    }
  },
};

async function rowsOf({ sender, path, forged }: Forgeries, target: ForgeryTarget, amount: number): Promise<Row[]> {
  const sent = sample(forged, amount * 1.2)
    .filter(canBeSent)
    .slice(0, amount);
  const timeOf = async (at: number): Promise<number> => {
    const each = sent[at % sent.length];
    const startedAt = now();
    if (each !== undefined) await target.statusOf(path, each);
    return now() - startedAt;
  };
  // What is not compiled yet is slow, whatever it reads.
  for (let at = 0; at < 1_000; at += 1) await timeOf(at);
  const samples: number[] = [];
  for (const at of sent.keys()) samples.push(await timeOf(at));
  const usual = median(samples);
  let worst = 0;
  let doubtful = 0;
  for (const [at, first] of samples.entries()) {
    const times = [first];
    if (first > DOUBTFUL * usual) doubtful += 1;
    while (Math.min(...times) > DOUBTFUL * usual && times.length <= LOOKS) times.push(await timeOf(at));
    worst = Math.max(worst, Math.min(...times));
  }
  return [
    { name: sender, unit: 'ms', samples },
    {
      name: `${sender}, slowest / median`,
      unit: 'x',
      samples: [worst / usual],
      budget: BUDGET,
      details: [
        `p99 ${percentile(samples, 0.99).toFixed(2)} ms; ${doubtful} of ${samples.length} took more than ${DOUBTFUL} x and were sent again`,
      ],
    },
  ];
}
