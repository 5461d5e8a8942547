import { randomFrom, type Random } from '../chaos/random.ts';
import type { Captured } from './captured.ts';
import { cutPoints, type Where } from './cut-points.ts';
import { Disk, type Fate } from './disk.ts';
import type { Happening } from './happening.ts';
import type { Sent } from './send-all.ts';
import { survivorsIn } from './survivors.ts';

export interface ReplayOptions {
  /** In their order, with the numbers of their calls. */
  readonly happenings: readonly (readonly [number, Happening])[];
  readonly sent: readonly Sent[];
  readonly root: string;
  readonly database: string;
  readonly seed: number;
  /** At most so many cuts at answers, and half as many inside checkpoints and anywhere. */
  readonly cuts: number;
}

/** A file system after a power cut on which a promise was not kept. */
export interface Broken {
  readonly where: Where;
  /** Number of the call after which the power was cut. */
  readonly at: number;
  readonly fate: string;
  readonly damage?: string;
  /** Ids of deliveries that were acknowledged and are gone. */
  readonly lost: readonly string[];
}

export interface Replayed {
  readonly acknowledged: number;
  readonly cuts: ReadonlyMap<Where, number>;
  /** Disks that were looked at: of each cut, as many as differ. */
  readonly disks: number;
  readonly broken: readonly Broken[];
  /** The files as they were when the last call was over. */
  readonly last: ReadonlyMap<string, Buffer>;
}

/** What becomes of what was not synced, by name. */
const SHARES: Readonly<Record<string, number>> = {
  'nothing of it': 0,
  'all of it': 1,
  'a tenth of it': 0.1,
  'half of it': 0.5,
  'most of it': 0.9,
};

/** Does again what the calls did, cuts the power here and there, and looks whether what was promised by then is still there. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { happenings, root, database, seed } = options;
  const random = randomFrom(seed);
  const disk = new Disk(root);
  const points = cutPoints(
    happenings.map(([, happening]) => happening),
    { database, most: options.cuts, random },
  );
  const promises = new Promises(options.sent);
  const cuts = new Map<Where, number>();
  const broken: Broken[] = [];
  let disks = 0;
  for (const [index, [at, happening]] of happenings.entries()) {
    disk.apply(happening, at);
    if (happening.kind === 'answered') promises.take(happening);
    const where = points.get(index);
    if (where === undefined) continue;
    cuts.set(where, (cuts.get(where) ?? 0) + 1);
    // With nothing left to chance all these disks are one.
    const names = disk.isSettled ? ['nothing of it'] : Object.keys(SHARES);
    for (const name of names) {
      disks += 1;
      const { damage, has } = await survivorsIn(disk.cut(fateOf(name, random)), database);
      const lost = promises.kept.filter((delivery) => !has(delivery)).map(({ id }) => id);
      // Nobody was promised a database before the first answer.
      const isBroken = lost.length > 0 || (damage !== undefined && promises.kept.length > 0);
      if (isBroken) broken.push({ where, at, fate: name, lost, ...(damage !== undefined && { damage }) });
    }
  }
  return { acknowledged: promises.kept.length, cuts, disks, broken, last: disk.cut(() => true) };
}

function fateOf(name: string, random: Random): Fate {
  const share = SHARES[name] ?? 0;
  return () => random.chance(share);
}

/** Which deliveries have been acknowledged by now. A connection's answers come in the order of its requests. */
class Promises {
  readonly kept: Captured[] = [];
  readonly #waiting = new Map<number, Captured[]>();

  constructor(sent: readonly Sent[]) {
    for (const { port, delivery } of sent) this.#waiting.set(port, [...(this.#waiting.get(port) ?? []), delivery]);
  }

  take({ port, status }: { readonly port: number; readonly status: number }): void {
    // Rebyte is answered too, and is no sender of these.
    const delivery = this.#waiting.get(port)?.shift();
    if (delivery !== undefined && status >= 200 && status < 300) this.kept.push(delivery);
  }
}
