import { describe, expect, test } from '@jest/globals';
import { runPowerCut, type PowerCutSeen, type Synchronous } from './power-cut.ts';
import { whyNoTrace } from './traced-app.ts';

const WHY_NOT = await whyNoTrace();
const onLinux = WHY_NOT === undefined ? test : test.skip;

async function cutPower(synchronous: Synchronous): Promise<PowerCutSeen> {
  return await runPowerCut({
    deliveries: 24,
    connections: 8,
    cuts: 10,
    seed: 7,
    synchronous,
    tell: () => undefined,
  });
}

describe(`the power is cut${WHY_NOT === undefined ? '' : ` (skipped: ${WHY_NOT})`}`, () => {
  onLinux(
    'after an answer or inside a checkpoint: what was acknowledged is on the disk, whatever else reached it',
    async () => {
      const seen = await cutPower('FULL');
      expect(seen).toMatchObject({ answered: 24, acknowledged: 24, untraced: [], broken: [] });
      expect(seen.cuts.get('answer')).toBe(10);
      expect(seen.checkpoints).toBeGreaterThan(0);
      expect(seen.disks).toBeGreaterThan(20);
    },
  );

  onLinux('and the App has not waited for the disk: the loss is found', async () => {
    const seen = await cutPower('NORMAL');
    expect(seen).toMatchObject({ answered: 24, acknowledged: 24, untraced: [] });
    expect(seen.broken.some(({ lost }) => lost.length > 0)).toBe(true);
  });
});
