import type { ReasonCode } from './reason.ts';
import type { ReportStatus } from './run.ts';

/** One file that a task produced. */
export interface ArtifactLink {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Who asked what, when, against which commit, with which permission. Shown collapsed under every report. */
export interface Receipt {
  /** GitHub login, or `schedule`. */
  readonly actor: string;
  /** GitHub's event name. */
  readonly event: string;
  readonly repository: string;
  readonly branch?: string;
  readonly sha?: string;
  readonly permission?: string;
  /** Link to the comment that asked. */
  readonly sourceUrl?: string;
  /** SHA-256 of the delivered text that the command was taken from, 64 hex digits. */
  readonly commandSha256?: string;
  /** Link to that text, where it is not in the comment that asked: what is tried again. */
  readonly commandUrl?: string;
  /** Link to the workflow run. */
  readonly runUrl?: string;
  /** Where the result text came from, see the client's `ResultSource`. */
  readonly resultSource?: string;
  /** Things worth saying: local changes sent, text removed or cut, an unknown model. */
  readonly notes?: readonly string[];
}

/** Everything that a report on GitHub can show; the renderers turn it into Markdown. */
export interface Report {
  readonly status: ReportStatus;
  readonly reason?: ReasonCode;
  /** The particulars of the ending, one or more sentences; names the thing and the remedy. */
  readonly message?: string;
  /** What to do next, where the reason's own remedy is about a workflow. Markdown of ours. */
  readonly remedy?: string;
  /** The agent's final text: hostile Markdown until rendered. */
  readonly result?: string;
  readonly taskId?: string;
  readonly taskUrl?: string;
  readonly shareUrl?: string;
  readonly executor?: string;
  readonly model?: string;
  readonly durationMs?: number;
  readonly artifacts?: readonly ArtifactLink[];
  readonly receipt: Receipt;
}
