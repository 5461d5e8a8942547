import { RebyteClient } from '../../shared/rebyte/index.ts';
import type { Measure } from '../measure.ts';
import { now } from '../numbers.ts';
import { RESULT_DIRECTIVE } from '../stage/messages.ts';

/** The client's part of "posted": from `done` on the wire to the end of `wait`, which also asks for the artifacts. */
export const client: Measure = {
  name: 'client',
  title: "The client's wait()",
  run: async ({ quick, stage: open }) => {
    const stage = await open();
    const rebyte = new RebyteClient({ apiKey: stage.places.apiKey, baseUrl: stage.places.rebyteTapUrl });
    const samples: number[] = [];
    try {
      for (let round = 0; round < (quick ? 4 : 20); round += 1) {
        const done = stage.next('done');
        const { id, workspaceId } = await rebyte.tasks.create({ prompt: `demo: sleep 200ms\n${RESULT_DIRECTIVE}` });
        await rebyte.tasks.wait(id, { workspaceId });
        const waited = now();
        samples.push(waited - (await done));
      }
    } finally {
      await rebyte.close();
    }
    return [{ name: 'done → wait() resolves', unit: 'ms', samples }];
  },
};
