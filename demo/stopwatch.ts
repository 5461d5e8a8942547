/** How long each part took, in order; parts follow each other without gaps. */
export interface Stopwatch {
  /** Ends the part that began with the last lap. */
  lap(part: string): void;
  /** What the laps took, and all of them together, in milliseconds. */
  times(): readonly (readonly [part: string, ms: number])[];
}

export function startStopwatch(): Stopwatch {
  const began = performance.now();
  const laps: (readonly [string, number])[] = [];
  let last = began;
  return {
    lap: (part) => {
      const now = performance.now();
      laps.push([part, now - last]);
      last = now;
    },
    times: () => [...laps, ['altogether', last - began]],
  };
}
