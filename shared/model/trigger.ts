import type { RepositoryName, Thread } from './thread.ts';

/** Where a command can come from. */
export type TriggerKind = 'comment' | 'review' | 'review_comment' | 'opened' | 'labeled' | 'schedule';

/** An account as a payload names it. What it may do is asked of the API, never read from a payload. */
export interface Account {
  readonly login: string;
  /** GitHub's account type: `User`, `Bot`, `Organization`, … '' for a ghost. */
  readonly type: string;
}

/** A place in a diff that a review comment is about. */
export interface DiffPlace {
  readonly path: string;
  readonly line?: number;
  readonly startLine?: number;
  readonly side?: string;
  readonly diffHunk?: string;
}

/** What happened on GitHub, normalised: all that a delivery says and we need, taken from its payload and never re-read. */
export interface Trigger {
  readonly kind: TriggerKind;
  /** The delivery's GUID, or the slot of a schedule. */
  readonly deliveryId: string;
  /** Of GitHub's App installation. */
  readonly installationId: number;
  readonly repository: RepositoryName;
  readonly defaultBranch: string;
  /** `number` 0 for a schedule without an issue yet. */
  readonly thread: Thread;
  readonly isPullRequest: boolean;
  /** Node id of the comment, review, issue or pull request, with label and time for `labeled`; a command is unique by it and its position. */
  readonly sourceId: string;
  /** REST id to react to; undefined where GitHub takes no reactions (reviews, schedules). */
  readonly reactTo?: { readonly kind: 'comment' | 'review_comment' | 'thread'; readonly id: number };
  /** The text that may hold commands. Hostile. */
  readonly text: string;
  /** Web address of the text. */
  readonly url: string;
  /** Who wrote the text, or put the label on. */
  readonly sender: Account;
  readonly place?: DiffPlace;
  /** Name of the label, for `labeled`. */
  readonly label?: string;
  /** Head of the pull request that the sender saw, where the delivery says it; comments' deliveries do not. */
  readonly headSha?: string;
  /** SHA-256 of title and text of the thread, where the delivery shows them. */
  readonly openingSha256?: string;
  /** When it happened by GitHub's clock, in milliseconds since the epoch; undefined where the delivery does not say. */
  readonly happenedAt?: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Something that happened to a thread without a command: for `cancelOnClose`. */
export interface ThreadClosed {
  readonly deliveryId: string;
  readonly installationId: number;
  readonly thread: Thread;
  /** As of a {@link Trigger}; undefined in jobs of earlier versions, too. */
  readonly happenedAt?: number;
}
