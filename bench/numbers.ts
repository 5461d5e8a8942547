/** Milliseconds of a clock that all processes of this machine share and nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The middle value; the mean of the middle two of an even number. NaN for none. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/** The value that this share of the samples does not pass. NaN for none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** a[i] / b[i]: both were taken one after the other, so that the machine's mood is in both. */
export function ratios(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value / (b[index] ?? NaN));
}

/** Runs the functions in turn, A B A B, and returns what each measured. */
export async function alternate(
  rounds: number,
  measures: readonly (() => Promise<number>)[],
): Promise<readonly (readonly number[])[]> {
  const taken = measures.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, measure] of measures.entries()) taken[index]?.push(await measure());
  }
  return taken;
}
