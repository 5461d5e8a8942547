import type { Probot } from 'probot';
import { z } from 'zod';
import { createSender, nextQuery, type ForgeOptions, type Send } from '../../shared/github/index.ts';
import { WriteInDoubtError } from '../../shared/ports/forge-error.ts';
import type { DeliveryAttempt, MissedDeliveriesPort } from '../../shared/ports/missed-deliveries.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import { becomesJob } from './intake.ts';

const delivery = z.object({
  // An id past the safe integers was rounded when it was parsed, and would name another delivery or none.
  id: z.int(),
  guid: z.string().min(1),
  delivered_at: z.iso.datetime({ offset: true }),
  status_code: z.int(),
  event: z.string(),
  action: z.string().nullish(),
});

/**
 * GitHub's record of its deliveries to the App, as the App itself sees it: that takes no permission.
 *
 * @see https://docs.github.com/en/rest/apps/webhooks
 */
export function missedDeliveriesOf(
  probot: Probot,
  options: Pick<ForgeOptions, 'clock' | 'log' | 'signal'>,
): MissedDeliveriesPort {
  let known: Promise<Send> | undefined;
  const sender = async (): Promise<Send> => createSender(await probot.auth(), { ...options, holder: 'app' });
  const send: Send = async (...call) => await (await (known ??= sender()))(...call);
  return {
    page: async (cursor) => {
      const query = { per_page: 100, ...(cursor !== undefined && { cursor }) };
      return await send('GET', '/app/hook/deliveries', query, (data, headers) => {
        const next = nextQuery(String(headers['link'] ?? ''))?.['cursor'];
        return { attempts: attemptsFrom(data, options.log), ...(next !== undefined && { next }) };
      });
    },
    redeliver: async (attemptId) => {
      try {
        await send('POST', `/app/hook/deliveries/${attemptId}/attempts`, {}, () => undefined);
      } catch (error) {
        // Whether GitHub heard it will show: a delivery that comes twice is taken once.
        if (!(error instanceof WriteInDoubtError)) throw error;
      }
    },
  };
}

/** What cannot be read does not keep the rest from being seen. */
function attemptsFrom(data: unknown, log: LogPort): readonly DeliveryAttempt[] {
  const rows = z.array(z.unknown()).parse(data);
  const attempts = rows.flatMap((row) => {
    const { data: known } = delivery.safeParse(row);
    return known === undefined ? [] : [attemptFrom(known)];
  });
  const strange = rows.length - attempts.length;
  if (strange > 0)
    log.warning(
      `${strange} deliveries in GitHub's list are not what it documents; if they failed, nobody asks for them.`,
    );
  return attempts;
}

function attemptFrom(row: z.infer<typeof delivery>): DeliveryAttempt {
  const { id, guid, delivered_at, status_code, action } = row;
  const event = action == null ? row.event : `${row.event}.${action}`;
  return { id, guid, event, at: Date.parse(delivered_at), statusCode: status_code, matters: becomesJob(event) };
}
