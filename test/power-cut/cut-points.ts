import type { Random } from '../chaos/random.ts';
import type { Happening } from './happening.ts';

/** Why the power is cut there. */
export type Where = 'answer' | 'checkpoint' | 'anywhere';

export interface CutPointOptions {
  /** The file that checkpoints write to. */
  readonly database: string;
  /** At most so many of answers, and half as many of each other kind. */
  readonly most: number;
  readonly random: Random;
}

/**
 * Happenings right after which the power is cut, by their index: answers; writes and syncs of the database's own file, which
 * checkpoints alone make; anything. Of each kind a sample, with its first and last.
 */
export function cutPoints(happenings: readonly Happening[], options: CutPointOptions): ReadonlyMap<number, Where> {
  const { database, most, random } = options;
  const isAnswer = ({ kind }: Happening): boolean => kind === 'answered';
  const first = happenings.findIndex(isAnswer);
  const isCheckpoint = (each: Happening, index: number): boolean =>
    index > first && 'path' in each && each.path === database;
  const sample = (which: (each: Happening, index: number) => boolean, count: number): readonly number[] => {
    const all = happenings.flatMap((each, index) => (which(each, index) ? [index] : []));
    const ends = [...all.slice(0, 1), ...all.slice(-1)];
    return [...new Set([...ends, ...random.shuffled(all)])].slice(0, count);
  };
  const half = Math.ceil(most / 2);
  return new Map<number, Where>([
    ...sample(() => true, half).map((index) => [index, 'anywhere'] as const),
    ...sample(isCheckpoint, half).map((index) => [index, 'checkpoint'] as const),
    ...sample(isAnswer, most).map((index) => [index, 'answer'] as const),
  ]);
}
