// The front door of Rebyte on localhost. See emulator/README.md.
export { type Rebyte, type RebyteControl, startRebyte } from './start.ts';
export type { RebyteOptions, Timings } from './options.ts';
export type { Fault } from './faults.ts';
export type { LoggedRequest } from './request-log.ts';
