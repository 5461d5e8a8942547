import type { Engine } from './engine.ts';
import { isLastingFailure } from '../lasting-failure.ts';
import { isDue, isHopeless, type Missed } from '../redelivery/missed.ts';
import { keepPlace, readPlace, type Place } from '../redelivery/place.ts';
import { readAttempts } from '../redelivery/read-attempts.ts';
import { ForgeError } from '../../ports/forge-error.ts';
import { TryLater } from '../../ports/jobs.ts';
import type { MissedDeliveriesPort } from '../../ports/missed-deliveries.ts';
import { messageOf } from '../../model/message-of.ts';

/** Fewer than GitHub lets an App write in a minute. */
const MAX_ASKS = 50;
/** Between looks while there is more to do than fits one. */
const NEXT_LOOK_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

type Redelivering = Pick<Engine, 'store' | 'clock' | 'log' | 'metrics' | 'deliveries'>;

/**
 * Asks GitHub to deliver again what it could not: it tries once, and whatever happened while nobody answered would be lost.
 * An event is asked for at most three times. Asking for one that came after all does no harm, since deliveries are known by
 * their guid. Meant to run at start and every few minutes.
 *
 * @throws TryLater when one look was not enough
 */
export async function redeliverMissed(engine: Redelivering): Promise<void> {
  const { store, clock, deliveries } = engine;
  if (deliveries === undefined) return;
  const place = await look(engine, deliveries);
  if (place === undefined) return;
  // Written before anything is asked for: what cannot be recorded now would be delivered in vain.
  await keepPlace(store, place, clock.now());
  const due = place.missed.filter((one) => isDue(one, clock.now()));
  const asked = await askFor(engine, deliveries, due.slice(0, MAX_ASKS));
  const missed = giveUpHopeless(engine, place.missed).map((one) => asked.get(one.guid) ?? one);
  await keepPlace(store, { ...place, missed }, clock.now());
  if (place.reading !== undefined || due.length > MAX_ASKS)
    throw new TryLater('There is more to read or to ask for.', NEXT_LOOK_MS);
}

/** Undefined when GitHub does not tell, which was said then. */
async function look(engine: Redelivering, deliveries: MissedDeliveriesPort): Promise<Place | undefined> {
  const { store, clock } = engine;
  const place = await readPlace(store);
  try {
    return await readAttempts(deliveries, place, clock.now());
  } catch (error) {
    if (place?.reading !== undefined && isLastingFailure(error)) {
      // The rest of a long list cannot be had any more, so the list is read from its beginning.
      const { since, missed } = place;
      await keepPlace(store, { since, missed }, clock.now());
      return undefined;
    }
    await tellOfRefusal(engine, error);
    return undefined;
  }
}

/** Once a day for what stays as it is: the next look comes in minutes. */
async function tellOfRefusal({ store, clock, log }: Redelivering, error: unknown): Promise<void> {
  const why = messageOf(error);
  const message = `GitHub cannot be asked which deliveries failed, so what it could not deliver may be lost: ${why}`;
  if (!isLastingFailure(error)) return log({}).warning(message);
  const note = `redelivery:told:${error.status}`;
  const now = clock.now();
  if (now < Number((await store.read(note)) ?? 0)) return;
  log({}).warning(message);
  await store.write(note, String(now + DAY_MS), { expiresAt: now + DAY_MS });
}

/** What became of those that were asked for, by guid; the rest waits when GitHub cannot be reached. */
async function askFor(
  engine: Redelivering,
  deliveries: MissedDeliveriesPort,
  due: readonly Missed[],
): Promise<ReadonlyMap<string, Missed>> {
  const { clock, metrics, log } = engine;
  const asked = new Map<string, Missed>();
  for (const one of due) {
    try {
      await deliveries.redeliver(one.attemptId);
      metrics.redeliveryAsked();
      log({ delivery: one.guid }).info(`GitHub is asked to deliver "${one.event}" again; it had failed.`);
      asked.set(one.guid, { ...one, asks: one.asks + 1, askedAt: clock.now() });
    } catch (error) {
      const why = messageOf(error);
      log({ delivery: one.guid }).warning(`The delivery "${one.event}" failed and cannot be had again: ${why}`);
      if (!isRefusedForGood(error)) return asked;
      asked.set(one.guid, { ...one, givenUp: true });
    }
  }
  return asked;
}

/** The delivery is gone, or not one that can be repeated. */
function isRefusedForGood(error: unknown): boolean {
  return error instanceof ForgeError && [400, 404, 410, 422].includes(error.status ?? 0);
}

function giveUpHopeless({ clock, log }: Redelivering, missed: readonly Missed[]): readonly Missed[] {
  return missed.map((one) => {
    if (!isHopeless(one, clock.now())) return one;
    log({ delivery: one.guid }).error(
      `GitHub's delivery of "${one.event}" failed and was asked for ${one.asks} times in vain. Look at it in the App's ` +
        'settings on GitHub under "Advanced", and redeliver it there once what is in its way is mended.',
    );
    return { ...one, givenUp: true as const };
  });
}
