import { setTimeout as sleep } from 'node:timers/promises';
import { CRASH_POINTS, isRare } from './crash-points.ts';
import type { Fleet } from './fleet.ts';
import type { Random } from './random.ts';

/** Every other time a point is armed for its next pass, else for a later one: it is passed for different reasons. */
const MAX_NTH = 4;
const FINISH_MS = 10_000;
const LOOK_EVERY_MS = 200;

type Kill = { readonly point: string } | 'outside';

/** Spreads so many deaths over a program: every crash point once, the rest at moments of chance. */
export class Killing {
  readonly #fleet: Fleet;
  readonly #random: Random;
  readonly #replicas: number;
  readonly #plan: readonly Kill[];
  #done = 0;

  constructor(
    fleet: Fleet,
    { kills, replicas, random }: { readonly kills: number; readonly replicas: number; readonly random: Random },
  ) {
    this.#fleet = fleet;
    this.#random = random;
    this.#replicas = replicas;
    const named = random.shuffled(CRASH_POINTS).slice(0, Math.ceil(kills * 0.65));
    const chance = Array.from({ length: Math.max(0, kills - named.length) }, (): Kill => 'outside');
    this.#plan = random.shuffled<Kill>([...named.map((point) => ({ point })), ...chance]);
  }

  /** @param share of the program that is over, from 0 to 1 */
  upTo(share: number): void {
    const due = Math.ceil(this.#plan.length * share);
    for (const kill of this.#plan.slice(this.#done, due)) this.#give(kill);
    this.#done = Math.max(this.#done, due);
  }

  /** What was armed and not reached is waited for a while; deaths that are missing then come from outside. */
  async finish(): Promise<void> {
    for (let waited = 0; this.#missing() > 0 && waited < FINISH_MS; waited += LOOK_EVERY_MS) await sleep(LOOK_EVERY_MS);
    while (this.#missing() > 0 && !this.#fleet.isGivenUp) {
      this.#fleet.kill(this.#random.int(0, this.#replicas - 1));
      await sleep(this.#random.int(500, 1_500));
    }
  }

  #missing(): number {
    return this.#plan.length - this.#fleet.killed;
  }

  #nth(): number {
    return this.#random.chance(0.5) ? 1 : this.#random.int(2, MAX_NTH);
  }

  #give(kill: Kill): void {
    if (kill === 'outside') this.#fleet.kill(this.#random.int(0, this.#replicas - 1));
    else this.#fleet.arm(kill.point, isRare(kill.point) ? 1 : this.#nth());
  }
}
