import type { Stage } from './stage/stage.ts';

export type Unit = 'ms' | 'µs' | 'x' | 'MB' | 'KB' | 'requests' | '/s' | 'min';

/** One line of the result. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  /** In the order in which they were taken. */
  readonly samples: readonly number[];
  /** What the median may be at most; absent where nothing was promised. */
  readonly budget?: number;
  /** What the numbers are made of, one line each; shown below the table. */
  readonly details?: readonly string[];
}

/** What a measure is given. */
export interface Bench {
  /** Fewer samples, smaller amounts: to see that it works, not to quote. */
  readonly quick: boolean;
  /** Also says where the time goes, where a measure can. */
  readonly explain: boolean;
  /** The emulators, in a process of their own; started with the first call. */
  readonly stage: () => Promise<Stage>;
}

export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly run: (bench: Bench) => Promise<readonly Row[]>;
}
