import { GITHUB_WRITE_LIMITS, type WriteLimits } from '../shared/domain/pace.ts';

/** As much of the environment's reader as is needed here. */
export interface NumberSource {
  /** Trimmed; undefined when it is missing or empty. */
  readonly text: (name: string) => string | undefined;
  readonly problem: (text: string) => void;
}

/** Used when RETENTION_DAYS does not say. */
export const DEFAULT_RETENTION_DAYS = 90;
/** A delivery can come again for so long, and has to be known then. */
const LEAST_RETENTION_DAYS = 7;

/** How many days settled runs are kept, from RETENTION_DAYS. */
export function retentionDaysFrom(source: NumberSource): number {
  const given = wholeNumber(source, 'RETENTION_DAYS', {
    least: LEAST_RETENTION_DAYS,
    example: `a whole number of days, ${LEAST_RETENTION_DAYS} or more; ${DEFAULT_RETENTION_DAYS} without it`,
  });
  return given ?? DEFAULT_RETENTION_DAYS;
}

/**
 * What an installation may write, from GITHUB_WRITES_PER_MINUTE and GITHUB_WRITES_PER_HOUR. Undefined, so without a limit,
 * on an Enterprise Server where neither is given: there GitHub has none of its own accord.
 */
export function writeLimitsFrom(source: NumberSource, isEnterpriseServer: boolean): WriteLimits | undefined {
  const example = 'a whole number of writes, 10 or more';
  const perMinute = wholeNumber(source, 'GITHUB_WRITES_PER_MINUTE', { least: 10, example });
  const perHour = wholeNumber(source, 'GITHUB_WRITES_PER_HOUR', { least: 10, example });
  if (isEnterpriseServer && perMinute === undefined && perHour === undefined) return undefined;
  return {
    perMinute: perMinute ?? GITHUB_WRITE_LIMITS.perMinute,
    perHour: perHour ?? GITHUB_WRITE_LIMITS.perHour,
  };
}

function wholeNumber(
  { text, problem }: NumberSource,
  name: string,
  { least, example }: { least: number; example: string },
): number | undefined {
  const given = text(name);
  if (given === undefined) return undefined;
  const number = Number(given);
  if (/^\d{1,9}$/.test(given) && number >= least) return number;
  problem(`${name} is "${given}": give ${example}.`);
  return undefined;
}
