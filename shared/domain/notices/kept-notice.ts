import { z } from 'zod';
import type { Engine } from '../engine/engine.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { WebhookNotice } from '../../model/webhook-notice.ts';

/** `POST /tasks` takes minutes at most. */
const KEEP_MS = 15 * 60_000;

const KEPT = z.object({
  account: z.string(),
  notice: z.object({
    event: z.string(),
    taskId: z.string(),
    timestamp: z.number(),
    status: z.string(),
    result: z.string().exactOptional(),
    receivedAt: z.number(),
  }),
});

/** Can the task be one whose request has not been answered yet? Webhooks come for every task of the organization. */
export function mayBelongTo({ state, submission }: RunRecord, taskId: string): boolean {
  if (state !== 'submitting' || submission?.phase !== 'sending') return false;
  return submission.taskId === undefined || submission.taskId === taskId;
}

/** Keeps a notice for a run that does not know its task yet. */
export async function keepNotice(engine: Engine, account: string, notice: WebhookNotice): Promise<void> {
  const expiresAt = engine.clock.now() + KEEP_MS;
  await engine.store.write(keyOf(notice.taskId), JSON.stringify({ account, notice }), { expiresAt });
}

/** Brings back what was kept for the task. */
export async function applyKeptNotice({ store, jobs, clock }: Engine, taskId: string): Promise<void> {
  const text = await store.read(keyOf(taskId));
  if (text === undefined) return;
  const { account, notice } = KEPT.parse(JSON.parse(text));
  if (notice.receivedAt + KEEP_MS > clock.now())
    await jobs.add({ kind: 'notice', account, notice }, { lane: `notice:${taskId}`, key: keyOf(taskId) });
  await store.write(keyOf(taskId), undefined);
}

function keyOf(taskId: string): string {
  return `notice:${taskId}`;
}
