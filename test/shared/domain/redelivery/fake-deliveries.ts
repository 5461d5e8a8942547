import type {
  DeliveryAttempt,
  DeliveryPage,
  MissedDeliveriesPort,
} from '../../../../shared/ports/missed-deliveries.ts';

/** GitHub's list of attempts, in memory. */
export class FakeDeliveries implements MissedDeliveriesPort {
  /** Newest first. */
  attempts: DeliveryAttempt[] = [];
  readonly asked: number[] = [];
  readonly cursors: (string | undefined)[] = [];
  pageSize = 100;
  /** What reading, or asking, rejects with. */
  pageError: Error | undefined;
  askError: Error | undefined;
  #lastId = 0;

  /** Adds an attempt, the newest. */
  add(guid: string, statusCode: number, { at, matters = true }: { at: number; matters?: boolean }): number {
    const id = (this.#lastId += 1);
    this.attempts.unshift({ id, guid, event: 'issue_comment.created', at, statusCode, matters });
    return id;
  }

  async page(cursor?: string): Promise<DeliveryPage> {
    await Promise.resolve();
    this.cursors.push(cursor);
    if (this.pageError !== undefined) throw this.pageError;
    const from = cursor === undefined ? 0 : this.attempts.findIndex(({ id }) => String(id) === cursor);
    const attempts = this.attempts.slice(from, from + this.pageSize);
    const next = this.attempts[from + this.pageSize];
    return next === undefined ? { attempts } : { attempts, next: String(next.id) };
  }

  async redeliver(attemptId: number): Promise<void> {
    await Promise.resolve();
    if (this.askError !== undefined) throw this.askError;
    this.asked.push(attemptId);
  }
}
