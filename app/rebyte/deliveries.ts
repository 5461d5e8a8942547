import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookNotice } from '../../shared/model/webhook-notice.ts';
import type { ClockPort } from '../../shared/ports/clock.ts';
import type { Job, JobQueue } from '../../shared/ports/jobs.ts';
import { unwrapWebhook, WebhookVerificationError, type WebhookPayload } from '../../shared/rebyte/index.ts';
import { HttpProblem, type Answer } from '../http/answer.ts';
import type { Route } from '../http/http-server.ts';
import { readJsonBytes } from '../http/read-body.ts';
import type { Connection } from './connections.ts';

export interface DeliveryParts {
  readonly jobs: JobQueue;
  readonly clock: ClockPort;
  readonly onDelivery: (outcome: string) => void;
}

const MAX_BYTES = 1024 * 1024;
/** A signature is good for five minutes either way; remembered a little longer, every replay is counted as one. */
const REMEMBER_MS = 15 * 60_000;

/** What a delivery is checked against. */
type Receiver = Pick<Connection, 'account' | 'keys' | 'webhookSecret' | 'oldWebhookSecret'>;

/** Where Rebyte delivers for one account. It gives us 10 s and never repeats: recorded, answered, and only then worked on. */
export function rebyteDeliveries(connection: Receiver, parts: DeliveryParts): Route {
  return {
    method: 'POST',
    handle: async (request) => {
      try {
        return await receive(connection, parts, {
          headers: request.headers,
          raw: await readJsonBytes(request, MAX_BYTES),
        });
      } catch (error) {
        parts.onDelivery(error instanceof WebhookVerificationError ? error.reason : 'failed');
        if (error instanceof WebhookVerificationError) throw problemOf(error);
        throw error;
      }
    },
  };
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
}

async function receive(connection: Receiver, parts: DeliveryParts, received: Received): Promise<Answer> {
  const { jobs, clock, onDelivery } = parts;
  const payload = await verified(connection, clock, received);
  const notice = noticeFrom(payload, { headers: received.headers, receivedAt: clock.now() });
  const job: Job = { kind: 'notice', account: connection.account, notice };
  const key = `rebyte-delivery:${connection.account}:${fingerprint(received)}`;
  const options = { lane: `notice:${notice.taskId}`, key };
  const once = { id: key, expiresAt: notice.receivedAt + REMEMBER_MS };
  const isNew = await jobs.add(job, { ...options, once });
  // One that is known is handed on all the same: nothing in it is unique, so two prompts of a task that end in the same
  // second with the same words are the same bytes. Whoever takes it asks the task, so a replay changes nothing.
  if (!isNew) await jobs.add(job, options);
  onDelivery(isNew ? 'taken' : 'repeated');
  return { status: 200, body: 'taken\n' };
}

/** With the key that is known; when that does not fit, with the one that Rebyte has now. */
async function verified(
  { keys, webhookSecret, oldWebhookSecret = webhookSecret }: Receiver,
  clock: ClockPort,
  received: Received,
): Promise<WebhookPayload> {
  const { headers, raw } = received;
  const unwrap = (publicKeys: readonly string[]) =>
    unwrapWebhook(raw, headers, { publicKeys, secret: [webhookSecret, oldWebhookSecret], now: clock.now() });
  const known = await keys.get();
  if (known === undefined) {
    throw new HttpProblem(503, "Rebyte's public key cannot be had now, so nothing can be verified.", {
      'retry-after': '60',
    });
  }
  try {
    return unwrap(known);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError) || error.reason !== 'wrong_signature') throw error;
    const renewed = await keys.renewed();
    if (renewed === undefined || renewed.join() === known.join()) throw error;
    return unwrap(renewed);
  }
}

function noticeFrom(
  { event, taskId, timestamp, data }: WebhookPayload,
  { headers, receivedAt }: { headers: IncomingHttpHeaders; receivedAt: number },
): WebhookNotice {
  const { status, result } = data;
  return {
    event,
    taskId,
    // The header is what was signed and checked; the body's own is when it happened.
    timestamp: Number.isFinite(timestamp) ? timestamp : Number(headers['x-webhook-timestamp']),
    status,
    ...(typeof result === 'string' && { result }),
    receivedAt,
  };
}

function fingerprint({ headers }: Received): string {
  return createHash('sha256').update(String(headers['x-webhook-signature'])).digest('base64url');
}

function problemOf({ reason, message }: WebhookVerificationError): HttpProblem {
  const unreadable = ['missing_header', 'malformed_header', 'malformed_payload'].includes(reason);
  return new HttpProblem(unreadable ? 400 : 401, message);
}
