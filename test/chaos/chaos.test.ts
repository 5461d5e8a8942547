import { expect, test } from '@jest/globals';
import { runChaos } from './chaos.ts';

/** Of some 25 s where nothing else is at work; with other suites beside it, on a machine that has little time for any. */
const TIMEOUT_MS = 480_000;

test(
  'whatever is killed, cut off or lost: every command ends once, and its thread is told',
  async () => {
    const told: string[] = [];
    const seen = await runChaos({
      runs: 25,
      kills: 10,
      seed: 20,
      replicas: 1,
      storage: 'sqlite',
      pace: 5,
      faults: 0.5,
      // Longer than an answer that got lost is looked for: on a slow machine clocks are put forward before it gets lost.
      patienceMs: 260_000,
      hurry: true,
      tell: (line) => void told.push(line),
    });
    expect(seen.offences.map((offence) => ({ ...offence, story: seen.storyOf(offence.runId ?? '-') }))).toEqual([]);
    expect(seen).toMatchObject({ accepted: 25, finalComments: 25 + seen.retried, unsettled: '', unasked: [] });
    expect([...seen.kills.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(10);
  },
  TIMEOUT_MS,
);
