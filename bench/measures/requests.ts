import type { Measure, Row } from '../measure.ts';
import { startActionProcess } from '../stage/action-process.ts';
import { RESULT_DIRECTIVE } from '../stage/messages.ts';
import type { Stage } from '../stage/stage.ts';

const REPORTS = ['summary', 'comment', 'comment check'];

/** What a task costs in requests; GitHub's writes are the scarce ones. */
export const requests: Measure = {
  name: 'requests',
  title: 'Requests per task',
  run: async ({ stage: open }) => {
    const stage = await open();
    const rows: Row[] = [];
    for (const report of REPORTS) rows.push(...(await countedFor(stage, report)));
    return rows;
  },
};

/** The comment is a new one, and the task lasts long enough to be seen running, as real ones do. */
async function countedFor(stage: Stage, report: string): Promise<readonly Row[]> {
  const { places } = stage;
  const key = `bench ${report}`;
  await stage.traffic();
  const inputs = {
    'api-url': places.rebyteUrl,
    report,
    'comment-key': key,
    prompt: `demo: sleep 1s\n${RESULT_DIRECTIVE}`,
  };
  await startActionProcess({ places, inputs }).ended;
  const { rebyte, github } = await stage.traffic();
  return [
    {
      name: `to Rebyte, report: ${report}`,
      unit: 'requests',
      samples: [rebyte.length],
      details: rebyte.map(withoutIds),
    },
    {
      name: `to GitHub, report: ${report}`,
      unit: 'requests',
      samples: [github.length],
      details: github.map(withoutIds),
    },
  ];
}

function withoutIds(request: string): string {
  return request.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|(?<=\/)\d+(?=\/|$)/g, ':id');
}
