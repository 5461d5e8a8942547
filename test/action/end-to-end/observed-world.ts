import { expect } from '@jest/globals';
import { RebyteTap } from './rebyte-tap.ts';
import { World, type StepOptions } from './world.ts';
import type { ActionResult, ActionRun } from '../../../emulator/runner/index.ts';

/** A {@link World} in which everything said to Rebyte is overheard and checked, and every run is one of its own. */
export class ObservedWorld {
  readonly world: World;
  readonly tap: RebyteTap;
  #runs = 0;

  private constructor(world: World, tap: RebyteTap) {
    this.world = world;
    this.tap = tap;
  }

  static async start(): Promise<ObservedWorld> {
    const world = await World.start();
    const tap = new RebyteTap(world.rebyte.url);
    await tap.start();
    return new ObservedWorld(world, tap);
  }

  /** Stops everything, and expects that whatever was said to GitHub and to Rebyte was valid. */
  async stop(): Promise<void> {
    await this.tap.stop();
    await this.world.stop();
    expect(this.world.github.violations).toEqual([]);
    expect(this.tap.problems).toEqual([]);
  }

  run(step: StepOptions): Promise<ActionResult> {
    return this.start(step).finished;
  }

  start(step: StepOptions): ActionRun {
    this.#runs += 1;
    return this.world.start({
      runId: String(5000 + this.#runs),
      ...step,
      inputs: { 'api-url': this.tap.url, ...step.inputs },
    });
  }
}
