import type { ExecutorName } from './executors/executor.ts';

/** Durations, all in milliseconds. The defaults are the API's where it documents one. */
export interface Timings {
  /** How long a fresh VM takes. Default 0. */
  readonly provisionMs: number;
  /** A comment on an otherwise silent event stream. Default 15 s. */
  readonly heartbeatMs: number;
  /** What a webhook's receiver has. Default 10 s. */
  readonly webhookTimeoutMs: number;
  /** Life of a file's upload URL. Default 1 h. */
  readonly uploadUrlMs: number;
  /** Life of an artifact's upload or download URL. Default 15 min. */
  readonly artifactUrlMs: number;
  /** Longest run of one prompt; some agent CLIs wait for a dead network forever. Default 1 h. */
  readonly executorTimeoutMs: number;
  /** From the polite signal to the hard one when a prompt is stopped. Default 2 s. */
  readonly killGraceMs: number;
  /** Longest git clone or fetch. Default 10 min. */
  readonly cloneTimeoutMs: number;
  /**
   * How long a prompt whose events nobody has come for yet puts off its end: a stream that is opened later shows none
   * of them [O], and not every test is about that. Default 0.
   */
  readonly unwatchedMs: number;
}

export const DEFAULT_TIMINGS: Timings = {
  provisionMs: 0,
  heartbeatMs: 15_000,
  webhookTimeoutMs: 10_000,
  uploadUrlMs: 3_600_000,
  artifactUrlMs: 900_000,
  executorTimeoutMs: 3_600_000,
  killGraceMs: 2_000,
  cloneTimeoutMs: 600_000,
  unwatchedMs: 0,
};

/** How to start Rebyte on localhost. Everything has a default. */
export interface RebyteOptions {
  /** TCP port; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Address to bind; default 127.0.0.1. Any other lets the network run commands on this machine. */
  readonly host?: string;
  /** Keys that are let in; default `['rbk_localhost']`. */
  readonly apiKeys?: readonly string[];
  /** Where workspaces live; default a fresh temp folder, removed on close. A folder named here is kept. */
  readonly directory?: string;
  /** Where `owner/repo` is cloned from; default https://github.com. `file:///dir` for local repositories. */
  readonly gitBaseUrl?: string;
  /** Serves the control surface `/_emulator/…`; default false. */
  readonly control?: boolean;
  /** Short for `timings.provisionMs`. */
  readonly provisionMs?: number;
  /** Lets one executor stand in for another, e.g. `{ claude: 'demo' }`. Default: each stands for itself. */
  readonly executors?: Partial<Record<ExecutorName, ExecutorName>>;
  readonly timings?: Partial<Timings>;
  /** One line per happening. Default: silent. */
  readonly log?: (line: string) => void;
}

/** The options with every default filled in. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly apiKeys: readonly string[];
  readonly directory: string;
  readonly gitBaseUrl: string;
  readonly control: boolean;
  readonly executors: Partial<Record<ExecutorName, ExecutorName>>;
  readonly timings: Timings;
  readonly log: (line: string) => void;
}

/** Fills in the defaults; the folder has to be there already. Throws on a base URL that git could not clone from. */
export function settingsFrom(options: RebyteOptions, directory: string): Settings {
  const gitBaseUrl = (options.gitBaseUrl ?? 'https://github.com').replace(/\/+$/, '');
  if (!/^(https?|file|ssh):\/\//.test(gitBaseUrl) || !URL.canParse(gitBaseUrl)) {
    throw new Error(`gitBaseUrl ${gitBaseUrl}: give a URL such as https://github.com or file:///some/folder`);
  }
  const provision = options.provisionMs === undefined ? {} : { provisionMs: options.provisionMs };
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    apiKeys: options.apiKeys ?? ['rbk_localhost'],
    directory,
    gitBaseUrl,
    control: options.control ?? false,
    executors: options.executors ?? {},
    timings: { ...DEFAULT_TIMINGS, ...provision, ...options.timings },
    log: options.log ?? (() => undefined),
  };
}
