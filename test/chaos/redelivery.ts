import type { Delivery, EmulatedGitHub } from '../../emulator/github/index.ts';
import { APP } from './places.ts';

/**
 * Deliveries of GitHub that the App has not acknowledged. It asks for them itself; what failed again is asked for a quarter
 * of an hour later, so at the end the rest is sent as the App's owner could.
 */
export class Redelivery {
  /** How many the owner sent again. */
  count = 0;
  readonly #github: EmulatedGitHub;
  readonly #isUp: () => boolean;
  /** The last attempt of each delivery that has not been answered with 2xx, by its GUID. */
  readonly #missed = new Map<string, Delivery>();
  readonly #done = new Set<string>();
  #read = 0;

  /** @param isUp whether anybody is there to take what is sent. */
  constructor(github: EmulatedGitHub, isUp: () => boolean) {
    this.#github = github;
    this.#isUp = isUp;
  }

  /** Deliveries without an acknowledgement, as far as GitHub knows by now. */
  get missed(): number {
    this.#look();
    return this.#missed.size;
  }

  /** How many GitHub sent again because the App asked for it. */
  get asked(): number {
    return this.#github.deliveries(APP).filter(({ redelivery }) => redelivery).length - this.count;
  }

  /** Sends each that is missed once more; resolves when all of them were answered or have failed again. */
  async send(): Promise<void> {
    if (!this.#isUp()) return;
    this.#look();
    const again = [...this.#missed.values()];
    this.count += again.length;
    await Promise.all(again.map(async ({ id }) => await this.#github.redeliver(APP, id)));
  }

  #look(): void {
    const deliveries = this.#github.deliveries(APP);
    for (const delivery of deliveries.slice(this.#read)) {
      const { guid, statusCode } = delivery;
      const isTaken = statusCode >= 200 && statusCode < 300;
      if (isTaken) this.#done.add(guid);
      if (this.#done.has(guid)) this.#missed.delete(guid);
      else this.#missed.set(guid, delivery);
    }
    this.#read = deliveries.length;
  }
}
