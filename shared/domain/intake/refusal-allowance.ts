import type { Trigger } from '../../model/trigger.ts';
import type { Engine } from '../engine/engine.ts';
import { threadKey } from '../engine/lanes.ts';

/** Comments that strangers can make us write. GitHub takes 500 writes an hour of an installation, and reports need them. */
export const REFUSALS_PER_HOUR = { person: 1, repository: 10 } as const;

const HOUR_MS = 3_600_000;

interface Told {
  readonly person: string;
  readonly thread: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Asking = Pick<Engine, 'store' | 'clock'>;
type Refused = Pick<Trigger, 'repository' | 'thread' | 'sender'>;

/** Whoever counts in this process waits for whoever counts already: two that read the same note would both find room. */
const turns = new WeakMap<Asking['store'], Promise<unknown>>();

/**
 * Whether this person may be told in this thread that a command was refused, and counts it: one who opens thread after
 * thread is answered in the first of them only. Asking again for the same person and thread changes nothing, so a trigger
 * that was cut short says what it had to say. Replicas that count in the same moment may each let one pass.
 */
export async function mayTellRefusal(engine: Asking, refused: Refused): Promise<boolean> {
  const { store } = engine;
  const turn = (turns.get(store) ?? Promise.resolve()).then(async () => await count(engine, refused));
  // A failure is for who asked, and not for who is next.
  turns.set(
    store,
    turn.catch(() => undefined),
  );
  return await turn;
}

async function count({ store, clock }: Asking, { repository, thread: place, sender }: Refused): Promise<boolean> {
  const note = `refusals:${repository.owner}/${repository.repo}`.toLowerCase();
  const now = clock.now();
  const told = toldIn(await store.read(note)).filter(({ at }) => at > now - HOUR_MS);
  const [person, thread] = [sender.login.toLowerCase(), threadKey(place)];
  const own = told.filter((each) => each.person === person);
  if (own.some((each) => each.thread === thread)) return true;
  if (own.length >= REFUSALS_PER_HOUR.person || told.length >= REFUSALS_PER_HOUR.repository) return false;
  const value = JSON.stringify([...told, { person, thread, at: now }]);
  await store.write(note, value, { expiresAt: now + HOUR_MS });
  return true;
}

/** Only we write the note; what is not understood of a later version's counts for nothing. */
function toldIn(value: string | undefined): readonly Told[] {
  const list: unknown = value === undefined ? [] : JSON.parse(value);
  return Array.isArray(list) ? list.filter(isTold) : [];
}

function isTold(value: unknown): value is Told {
  const has = (name: string, type: string) =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === type;
  return has('person', 'string') && has('thread', 'string') && has('at', 'number');
}
