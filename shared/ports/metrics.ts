/** What is counted; names follow Prometheus. */
export interface MetricsPort {
  runSettled(status: string, reason: string, seconds: number): void;
  refused(reason: string): void;
  /** Seconds between what a webhook of Rebyte says happened and its arrival. */
  noticeAge(seconds: number): void;
  /** GitHub was asked to deliver something again. */
  redeliveryAsked(): void;
}
