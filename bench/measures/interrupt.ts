import type { Measure } from '../measure.ts';
import { startActionProcess } from '../stage/action-process.ts';
import type { Stage } from '../stage/stage.ts';

/** The runner sends SIGTERM so long after SIGINT, and kills 2.5 s after that. */
const BUDGET_MS = 7_500;

/** How soon the step has said its last word when the workflow is canceled: task, comment, summary and outputs. */
export const interrupt: Measure = {
  name: 'interrupt',
  title: 'Cancel of the workflow to the end of the step',
  run: async ({ quick, stage: open }) => {
    const stage = await open();
    const atWork: number[] = [];
    const silent: number[] = [];
    for (let round = 0; round < (quick ? 2 : 7); round += 1) {
      atWork.push(await whileAtWork(stage));
      silent.push(await whileSilent(stage));
    }
    return [
      { name: 'while the agent is at work', unit: 'ms', samples: atWork, budget: BUDGET_MS },
      { name: 'while Rebyte does not answer the request for the task', unit: 'ms', samples: silent, budget: BUDGET_MS },
    ];
  },
};

async function whileAtWork({ places }: Stage): Promise<number> {
  // The log has the prompt as well, so what the agent says is spelled differently there.
  const inputs = { 'api-url': places.rebyteUrl, prompt: 'demo: say At\\x20work.\\n\ndemo: sleep 60s' };
  const action = startActionProcess({ places, inputs });
  await action.says('At work.');
  return await action.interrupt();
}

/** The longest there is: an answer that is under way is waited for, or nobody could cancel the task. */
async function whileSilent(stage: Stage): Promise<number> {
  const { places } = stage;
  const asked = stage.next('first-byte');
  const action = startActionProcess({ places, inputs: { 'api-url': places.silentUrl, prompt: 'Say hello.' } });
  await asked;
  return await action.interrupt();
}
