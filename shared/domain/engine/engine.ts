import type { RepositoryName } from '../../model/thread.ts';
import type { MarkerSecret } from '../marker.ts';
import type { AgentPort } from '../../ports/agent.ts';
import type { AttachmentsPort } from '../../ports/attachments.ts';
import type { ClockPort } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import type { JobQueue } from '../../ports/jobs.ts';
import type { LogPort } from '../../ports/log.ts';
import type { MetricsPort } from '../../ports/metrics.ts';
import type { MissedDeliveriesPort } from '../../ports/missed-deliveries.ts';
import type { PacePort } from '../../ports/pace.ts';
import type { Store } from '../../ports/store.ts';

export interface InstalledRepository {
  readonly installationId: number;
  readonly repository: RepositoryName;
  readonly defaultBranch: string;
}

/** Rebyte as the sweep asks it: what cannot be had soon is left to a later sweep, and every request is counted. */
export interface Sweeping {
  readonly agentFor: Engine['agentFor'];
  /** How many requests were made so far, those included that were made again. */
  readonly requests: () => number;
}

/**
 * What the use-cases of the App stand on. Each use-case is a function `(engine, request)`, safe to run again after it
 * was cut short anywhere: it reads, compares with what is stored, and does what is missing.
 */
export interface Engine {
  readonly store: Store;
  readonly jobs: JobQueue;
  readonly clock: ClockPort;
  readonly metrics: MetricsPort;
  /** A log whose lines carry the run's id from trigger to report. */
  readonly log: (fields: Readonly<Record<string, string>>) => LogPort;
  /** GitHub as this installation sees it. */
  readonly forgeFor: (installationId: number) => Promise<Forge>;
  /** Rebyte with the key of the GitHub account that owns the repository; undefined when the account has none. */
  readonly agentFor: (owner: string) => AgentPort | undefined;
  /** Absent: the sweep asks as all others do, and counts each look as three requests. */
  readonly sweeping?: Sweeping;
  /** Absent: attached files are not sent along, and the report says so. */
  readonly attachments?: AttachmentsPort;
  /** Absent: what GitHub could not deliver stays lost. */
  readonly deliveries?: MissedDeliveriesPort;
  /** Absent: nothing holds reports back before GitHub does. */
  readonly pace?: PacePort;
  /** How long settled runs are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly installedRepositories: () => AsyncIterable<InstalledRepository>;
  /** Keys markers; the same on every replica and across restarts. */
  readonly secret: MarkerSecret;
  /** Our own login, e.g. `rebyte[bot]`. */
  readonly self: string;
  /** A new random id, URL-safe. */
  readonly newId: () => string;
  /** Masks what must not leave: keys, tokens, signed URLs. */
  readonly mask: (text: string) => string;
}
