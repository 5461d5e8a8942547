/** What a delivery of Rebyte says, after its signature was verified. Unknown events and statuses pass through. */
export interface WebhookNotice {
  readonly event: string;
  readonly taskId: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly status: string;
  /** Only on the terminal events. Hostile. */
  readonly result?: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}
