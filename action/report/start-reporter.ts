import type { ReportTarget } from '../inputs/parse-inputs.ts';
import { Reporter, type Place } from './reporter.ts';
import type { Step } from '../step.ts';

/** The places that this step's reports go to, by the `report` input and what the event offers. */
export function startReporter(step: Step): Reporter {
  return new Reporter(placesOf(step), step.log);
}

function placesOf(step: Step): Place[] {
  const { inputs, event, log } = step;
  const wanted: readonly ReportTarget[] = inputs.report === 'auto' ? ['comment'] : inputs.report;
  const required = inputs.report !== 'auto';
  const places: Place[] = [];
  for (const target of wanted) {
    if (target === 'comment' && inputs.commentMode === 'off') continue;
    if (target === 'comment' && event.thread === undefined) {
      if (required) log.info('No comment: this event has no issue or pull request.');
      continue;
    }
    if (inputs.githubToken === '') {
      if (required) log.warning(`No ${target}: \`github-token\` is empty.`);
      continue;
    }
    places.push(lazily(step, target, required));
  }
  return places;
}

/** Octokit and the renderers are loaded with the first write, not before the first request to Rebyte. */
function lazily(step: Step, target: ReportTarget, required: boolean): Place {
  let opened: Promise<Place['write']> | undefined;
  const open = async (): Promise<Place['write']> => {
    const { openPlace } = await import('./github-places.ts');
    return openPlace(step, target);
  };
  return {
    target,
    required,
    live: target !== 'issue',
    write: async (report) => {
      opened ??= open();
      return await (
        await opened
      )(report);
    },
  };
}
