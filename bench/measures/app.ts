import type { Call } from '../../emulator/github/index.ts';
import type { Measure, Row } from '../measure.ts';
import { openAppWorld, type AppWorld } from '../stage/app-world.ts';
import { RESULT_DIRECTIVE, RESULT_TEXT } from '../stage/messages.ts';

/** Long enough that the run is seen running, as real ones are. */
const COMMAND = `/rebyte run\ndemo: sleep 500ms\n${RESULT_DIRECTIVE}`;
const BOT = 'rebyte[bot]';

/** What people who write `/rebyte` wait for, and what a run costs of GitHub's limits. */
export const app: Measure = {
  name: 'app',
  title: 'The App, from a comment to its result',
  run: async ({ quick }) => {
    const rounds = quick ? 4 : 20;
    const world = await openAppWorld(rounds + 1);
    try {
      // Once unmeasured: a server that has just started is what nobody meets.
      await aRun(world, 1);
      const taken: Taken[] = [];
      for (let round = 0; round < rounds; round += 1) taken.push(await aRun(world, round + 2));
      return [...rowsOf(taken), ...(await writesOf(world, rounds + 2))];
    } finally {
      await world.close();
    }
  },
};

/** In milliseconds. */
interface Taken {
  readonly eyes: number;
  readonly status: number;
  readonly result: number;
}

/** Each on an issue of its own, so that each is a new task. */
async function aRun(world: AppWorld, issue: number): Promise<Taken> {
  const eyes = world.next((call) => isReaction(call, 'eyes'));
  const status = world.next((call) => isComment(call) && call.method === 'POST');
  const webhook = world.nextWebhook();
  const result = world.next((call) => isComment(call) && bodyOf(call).includes(RESULT_TEXT));
  const end = world.next((call) => isReaction(call, 'hooray'));
  const asked = await world.comment(issue, COMMAND);
  await end;
  return {
    eyes: (await eyes) - asked,
    status: (await status) - asked,
    result: (await result) - (await webhook),
  };
}

function rowsOf(taken: readonly Taken[]): readonly Row[] {
  return [
    { name: 'comment → 👀', unit: 'ms', samples: taken.map(({ eyes }) => eyes), budget: 150 },
    { name: 'comment → status comment', unit: 'ms', samples: taken.map(({ status }) => status), budget: 150 },
    {
      name: "Rebyte's webhook → result in the comment",
      unit: 'ms',
      samples: taken.map(({ result }) => result),
      budget: 100,
    },
  ];
}

/** On a pull request, which has a check run too. */
async function writesOf(world: AppWorld, pull: number): Promise<readonly Row[]> {
  const before = world.github.calls.length;
  await aRun(world, pull);
  const writes = world.github.calls.slice(before).filter(({ method, login }) => method !== 'GET' && login === BOT);
  const count = (isIt: (call: Call) => boolean): readonly number[] => [writes.filter(isIt).length];
  const unit = 'requests';
  return [
    { name: 'comments created', unit, samples: count((call) => isComment(call) && call.method === 'POST'), budget: 1 },
    { name: 'edits of it', unit, samples: count((call) => isComment(call) && call.method === 'PATCH'), budget: 2 },
    { name: 'reactions', unit, samples: count(({ path }) => path.endsWith('/reactions')), budget: 2 },
    { name: 'writes of the check run', unit, samples: count(({ path }) => path.includes('/check-runs')) },
    {
      name: 'writes to GitHub altogether',
      unit,
      samples: [writes.length],
      details: writes.map(({ method, path }) => `${method} ${path.replaceAll(/\/\d+(?=\/|$)/g, '/:id')}`),
    },
  ];
}

function isComment({ path, login }: Call): boolean {
  return login === BOT && /\/issues\/(\d+\/comments|comments\/\d+)$/.test(path);
}

function isReaction({ path, login, body }: Call, content: string): boolean {
  return login === BOT && path.endsWith('/reactions') && JSON.stringify(body).includes(`"${content}"`);
}

function bodyOf({ body }: Call): string {
  return JSON.stringify(body ?? '');
}
