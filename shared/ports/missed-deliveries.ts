/** One attempt of GitHub's to bring us an event. */
export interface DeliveryAttempt {
  readonly id: number;
  /** The same for an event and all attempts to deliver it. */
  readonly guid: string;
  /** With its action, e.g. `issue_comment.created`; for messages. */
  readonly event: string;
  /** By GitHub's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** What we answered, or what GitHub puts there when no answer came. */
  readonly statusCode: number;
  /** Whether its event can become a job here; of others nothing is missed. */
  readonly matters: boolean;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Where the list goes on; absent at its end. */
  readonly next?: string;
}

/**
 * GitHub's own record of what it tried to deliver. It tries once, and keeps what failed for three days for whoever asks.
 * Both methods reject with a `ForgeError` (forge-error.ts).
 */
export interface MissedDeliveriesPort {
  /** @param cursor the `next` of an earlier page. Default: from the newest. */
  page(cursor?: string): Promise<DeliveryPage>;
  /** Has the event delivered once more, under the same guid. Resolves before that happens. */
  redeliver(attemptId: number): Promise<void>;
}
