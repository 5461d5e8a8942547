import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosOptions } from './chaos.ts';
import { WEBHOOK_SECRET } from './places.ts';
import type { Stage } from './stage.ts';
import { runOpsCommand } from '../../app/ops/command.ts';
import { opsToken } from '../../app/ops/ops-token.ts';

const LOOK_EVERY_MS = 500;
/**
 * In a hurry each look puts the clocks so far forward; all of them together less than the five minutes by which Rebyte's
 * clock may differ, or its webhooks would be refused.
 */
const STEP_MS = 10_000;
const MAX_AHEAD_MS = 280_000;
/** The App's timers always have some job at work on a busy machine: after so many looks without an open run that will do. */
const QUIET_LOOKS = 10;

interface Standing {
  readonly openRuns: number;
  readonly busyJobs: number;
  readonly deadJobs: number;
}

/** Waits until nothing is left to do. */
export class Settling {
  readonly #stage: Stage;
  readonly #options: ChaosOptions;
  readonly #deadline: AbortSignal;
  #aheadMs = 0;

  constructor(stage: Stage, options: ChaosOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#deadline = AbortSignal.timeout(options.patienceMs);
  }

  /** Whether patience has ended. */
  get isOver(): boolean {
    return this.#deadline.aborted || this.#stage.fleet.isGivenUp;
  }

  /** What is still open when patience ends; '' when all has settled. */
  async settled(): Promise<string> {
    const { redelivery, github } = this.#stage;
    let quiet = 0;
    for (let looks = 1; ; looks += 1) {
      await redelivery.send();
      await github.delivered();
      const standing = await this.#standing();
      const isQuiet = standing !== undefined && standing.openRuns + redelivery.missed === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (isQuiet && (standing.busyJobs === 0 || quiet === QUIET_LOOKS))
        return standing.deadJobs === 0 ? '' : await this.#deadLetters();
      const open = standing === undefined ? 'the App does not answer' : describe(standing);
      if (this.isOver) return `${open}, ${redelivery.missed} deliveries missed`;
      if (looks % 40 === 0) this.#options.tell(`settling: ${open}`);
      // Before everything has arrived, clocks that run ahead would only bring more looks for what is on its way.
      if (redelivery.missed === 0) this.#hurry();
      await sleep(LOOK_EVERY_MS);
    }
  }

  #hurry(): void {
    if (!this.#options.hurry || this.#aheadMs >= MAX_AHEAD_MS) return;
    this.#aheadMs += STEP_MS;
    this.#stage.fleet.advance(STEP_MS);
  }

  /** As an operator is told. */
  async #deadLetters(): Promise<string> {
    const [replica] = this.#stage.fleet.up();
    if (replica === undefined) return 'dead letters that no replica can tell of';
    const target = { url: replica.metricsUrl, token: opsToken(WEBHOOK_SECRET) };
    return `dead letters:\n${await runOpsCommand({ verb: 'list' }, target)}`;
  }

  /** As any replica tells it. Undefined while none does. */
  async #standing(): Promise<Standing | undefined> {
    const [replica] = this.#stage.fleet.up();
    if (replica === undefined) return undefined;
    try {
      const text = await (await fetch(`${replica.metricsUrl}/metrics`)).text();
      const value = (pattern: RegExp): number =>
        [...text.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);
      return {
        openRuns: value(/^rebyte_runs_open\{[^}]*\} (\d+)/gm),
        busyJobs: value(/^rebyte_jobs\{state="(?:waiting|running)"\} (\d+)/gm),
        deadJobs: value(/^rebyte_jobs\{state="dead"\} (\d+)/gm),
      };
    } catch {
      // It has just died, or is short of breath; its successor or the next look tells.
      return undefined;
    }
  }
}

function describe({ openRuns, busyJobs, deadJobs }: Standing): string {
  return `${openRuns} runs open, ${busyJobs} jobs, ${deadJobs} dead letters`;
}
