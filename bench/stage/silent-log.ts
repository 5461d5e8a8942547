import type { LogPort } from '../../shared/ports/log.ts';

/** What is told goes nowhere. */
export const silentLog: LogPort = {
  debug: () => undefined,
  info: () => undefined,
  notice: () => undefined,
  warning: () => undefined,
  error: () => undefined,
};
