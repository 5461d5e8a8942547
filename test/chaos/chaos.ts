import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLabelSources } from './given.ts';
import { Killing } from './killing.ts';
import { randomFrom } from './random.ts';
import { Settling } from './settling.ts';
import { APP } from './places.ts';
import { openStage, type Stage } from './stage.ts';
import { readPrompts } from './prompts.ts';
import { readShown } from './shown.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ChaosOptions {
  /** Commands that ask for a run. */
  readonly runs: number;
  readonly kills: number;
  readonly seed: number;
  readonly replicas: number;
  readonly storage: 'sqlite' | 'postgres';
  /** Commands a second. */
  readonly pace: number;
  /** Faults for each command, on average; below 1. */
  readonly faults: number;
  /** How long everything may take to settle, in milliseconds. */
  readonly patienceMs: number;
  /** Whether clocks are put forward at the end, so that nobody waits for the App's own long waits. */
  readonly hurry: boolean;
  readonly tell: (line: string) => void;
}

/** What a run of the harness saw. */
export interface Seen extends Verdict {
  /** By crash point; `outside` at a moment of chance. */
  readonly kills: ReadonlyMap<string, number>;
  readonly notReached: readonly string[];
  readonly restarts: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Deliveries that GitHub sent again: because the App asked for it, and because its owner did. */
  readonly redelivered: { readonly asked: number; readonly byOwner: number };
  /** Deliveries that the App could not keep, and said so. */
  readonly unavailable: number;
  /** What was still open when patience ended; '' when all had settled. */
  readonly unsettled: string;
  readonly unasked: readonly string[];
  /** What the log says of a run. */
  readonly storyOf: (runId: string) => readonly string[];
}

/** How long a command waits for what GitHub has to deliver before it. */
const MAX_WAIT_MS = 2_000;

const MAX_JUDGED = 10;
const JUDGE_EVERY_MS = 6_000;

/** Runs the real App in bad weather, kills it again and again, and judges what came of what was asked. */
export async function runChaos(options: ChaosOptions): Promise<Seen> {
  const directory = await mkdtemp(join(tmpdir(), 'rebyte-chaos-'));
  const stage = await openStage({ ...options, directory });
  try {
    const notReached = await perform(stage, options);
    const { unsettled, verdict } = await conclude(stage, options);
    const { github, fleet, weather, redelivery, log } = stage;
    return {
      ...verdict,
      kills: fleet.kills,
      notReached,
      restarts: fleet.restarts,
      faults: weather.blown,
      redelivered: { asked: redelivery.asked, byOwner: redelivery.count },
      unavailable: github.deliveries(APP).filter(({ statusCode }) => statusCode === 503).length,
      unsettled,
      unasked: fleet.unasked,
      storyOf: (runId) => log.filter((line) => line.includes(runId)),
    };
  } finally {
    await stage.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits until nothing is left to do, and judges; a report that is still on its way gets time to come. */
async function conclude(
  stage: Stage,
  options: ChaosOptions,
): Promise<{ readonly unsettled: string; readonly verdict: Verdict }> {
  const { github, rebyte, people } = stage;
  const settling = new Settling(stage, options);
  for (let judged = 1; ; judged += 1) {
    const unsettled = await settling.settled();
    const given = withLabelSources(people.given, github.deliveries(APP));
    const verdict = judge(given, await readShown(github, given), await readPrompts(rebyte));
    const mayCome = verdict.offences.some(({ kind }) => kind === 'lost' || kind === 'stuck' || kind === 'stray task');
    if (!mayCome || judged === MAX_JUDGED || settling.isOver) return { unsettled, verdict };
    await sleep(JUDGE_EVERY_MS);
  }
}

/** Lets people ask, the weather blow and processes die. Gives the crash points that nothing came by. */
async function perform(stage: Stage, options: ChaosOptions): Promise<readonly string[]> {
  const { people, weather, fleet } = stage;
  const { runs, kills, seed, pace, faults, tell } = options;
  const random = randomFrom(seed ^ 0x5eed);
  const killing = new Killing(fleet, { kills, replicas: options.replicas, random });
  for (let asked = 0; asked < runs && !fleet.isGivenUp; asked += 1) {
    const next = sleep(1_000 / pace);
    if (random.chance(faults)) await weather.blow();
    await people.ask();
    killing.upTo((asked + 1) / runs);
    if ((asked + 1) % 100 === 0) tell(`${asked + 1} commands, ${fleet.killed} kills, ${weather.total} faults`);
    // GitHub here delivers one event after the other: people wait for it, or all kills would come before most commands.
    await Promise.race([stage.github.delivered(), sleep(MAX_WAIT_MS)]);
    await next;
  }
  await killing.finish();
  await weather.calm();
  return fleet.disarm();
}
