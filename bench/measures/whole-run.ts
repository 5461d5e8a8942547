import { runAction } from '../../emulator/runner/index.ts';
import type { Measure } from '../measure.ts';
import { alternate, now } from '../numbers.ts';
import { ROOT } from '../root.ts';
import { contextFor, inputsFor, startActionProcess } from '../stage/action-process.ts';
import { type Places, RESULT_DIRECTIVE } from '../stage/messages.ts';

/** What the step costs a job when the agent needs no time: clone, agent, comment, summary, outputs and all. */
export const wholeRun: Measure = {
  name: 'whole-run',
  title: 'Whole run of an instant task',
  run: async ({ quick, stage: open }) => {
    const { places } = await open();
    const direct = (): Promise<number> => byNode(places);
    const composite = (): Promise<number> => byRunner(places);
    await composite(); // The runner's own modules are not the Action's doing.
    const [node = [], runner = []] = await alternate(quick ? 3 : 11, [direct, composite]);
    return [
      { name: 'the bundle, by node', unit: 'ms', samples: node, budget: 1_000 },
      { name: 'action.yml, by a runner', unit: 'ms', samples: runner, budget: 1_000 },
    ];
  },
};

function inputs(places: Places): Record<string, string> {
  return { 'api-url': places.rebyteUrl, prompt: RESULT_DIRECTIVE };
}

async function byNode(places: Places): Promise<number> {
  const { startedAt, ended } = startActionProcess({ places, inputs: inputs(places) });
  return (await ended) - startedAt;
}

async function byRunner(places: Places): Promise<number> {
  const startedAt = now();
  const { conclusion, log } = await runAction({
    directory: ROOT,
    inputs: inputsFor(places, inputs(places)),
    github: contextFor(places),
    secrets: [places.apiKey],
    cwd: places.workspace,
  });
  const endedAt = now();
  if (conclusion !== 'success') throw new Error(`The Action failed, so there is nothing to measure:\n${log}`);
  return endedAt - startedAt;
}
