import { once } from 'node:events';
import path from 'node:path';
import wrapAnsi from 'wrap-ansi';
import type { ActionResult } from '../emulator/runner/index.ts';
import { commentOf } from './comment-of.ts';
import { git } from './git.ts';
import { EDIT } from './history.ts';
import { shellLines } from './keep.ts';
import { createLogView } from './log-view.ts';
import type { DemoOptions } from './options.ts';
import { FEATURE_BRANCH } from './repository.ts';
import { headlineOf, showComment, showOutputs, showSummary, showTimes } from './results.ts';
import type { Screen } from './screen.ts';
import { startStopwatch, type Stopwatch } from './stopwatch.ts';
import {
  checkOut,
  editCheckout,
  makeFolder,
  makePlace,
  PULL,
  removeFolder,
  runOn,
  SLUG,
  startServers,
  stopServers,
  type Place,
  type Servers,
} from './world.ts';

/** What every part of the story is told with. */
export interface Telling {
  readonly screen: Screen;
  /** The checkout of this repository, where action.yml is. */
  readonly root: string;
  readonly options: DemoOptions;
  /** Ends the story early; what was made is still taken away. */
  readonly signal: AbortSignal;
}

/**
 * The demo from its first line to its last.
 * @returns whether all went well
 * @throws {Error} also when the signal fires before the Action runs
 */
export async function tellStory(telling: Telling): Promise<boolean> {
  const { screen } = telling;
  const folder = await makeFolder();
  try {
    return await tellIn(folder, telling);
  } finally {
    screen.working(undefined);
    await removeFolder(folder);
    screen.say(`Everything is stopped, and ${folder} is removed.`, 'done');
  }
}

async function tellIn(folder: string, telling: Telling): Promise<boolean> {
  const { screen, options, signal } = telling;
  const watch = startStopwatch();
  const place = await aRepository(telling, folder);
  watch.lap('the repository');
  const servers = await theServers(telling, place);
  try {
    watch.lap('Rebyte and GitHub start');
    await aCheckout(telling, place, servers);
    watch.lap('the checkout');
    const result = await theAction(telling, place, servers);
    watch.lap('the Action');
    if (signal.aborted) return aCancelledRun(telling, servers);
    const good = theResult(telling, servers, result);
    whatItTook(telling, servers, watch);
    if (options.keep) await keepUp(telling, servers, result);
    else screen.say(`To go on by hand: ${screen.colors.bold('npm run demo -- --keep')}`);
    return good;
  } finally {
    await stopServers(servers);
  }
}

async function aRepository({ screen, signal }: Telling, folder: string): Promise<Place> {
  screen.chapter(`A git repository, ${SLUG}`);
  screen.working('making history');
  const place = await makePlace(folder);
  signal.throwIfAborted();
  const { colors } = screen;
  const color = colors.isColorSupported ? 'always' : 'never';
  const format = `--format=%C(yellow)%h%C(reset) %s %C(dim)· %an, %ar%C(reset)`;
  const cwd = path.join(folder, 'server', `${SLUG}.git`);
  const merge = `refs/pull/${PULL.number}/merge`;
  const log = await git({ cwd }, 'log', '--graph', `--color=${color}`, format, merge);
  screen.quote(wrapAnsi(log, screen.textWidth(), { hard: true, trim: false }).split('\n'));
  screen.say(`pull request #${PULL.number} by ${PULL.author}, ${FEATURE_BRANCH} into main: ${PULL.title}`, 'done');
  screen.say(`${place.repository.mergeSha.slice(0, 7)} is GitHub's test merge of the two`, 'done');
  return place;
}

async function theServers({ screen, signal }: Telling, place: Place): Promise<Servers> {
  screen.chapter('Rebyte and GitHub on localhost');
  screen.working('starting');
  const servers = await startServers(place);
  screen.say(`Rebyte  ${servers.rebyte.url}`, 'done');
  screen.say(`GitHub  ${servers.github.url}`, 'done');
  if (signal.aborted) await stopServers(servers);
  signal.throwIfAborted();
  return servers;
}

async function aCheckout({ screen, signal }: Telling, place: Place, servers: Servers): Promise<void> {
  screen.chapter('A workflow for the pull request begins');
  screen.working('checking out');
  // Meanwhile Rebyte prepares what its first task would wait for.
  await Promise.all([checkOut(place, servers), servers.rebyte.warm()]);
  screen.say('checked out as actions/checkout does: the test merge, one commit deep', 'done');
  await editCheckout(place);
  screen.say(`a step edited ${EDIT.path} and nobody has committed it: it has to travel`, 'done');
  signal.throwIfAborted();
}

async function theAction(telling: Telling, place: Place, servers: Servers): Promise<ActionResult> {
  const { screen, root, options, signal } = telling;
  screen.chapter('The Action: action.yml and dist/action, as a runner runs them');
  screen.say(`prompt: ${options.prompt}`);
  screen.working('the Action runs');
  const onLine = createLogView(screen);
  const onAbort = () => screen.working('cancelling as GitHub does, in 10 s at most');
  signal.addEventListener('abort', onAbort);
  const run = await runOn(place, servers, { root, prompt: options.prompt, onLine, signal });
  const result = await run.finished;
  signal.removeEventListener('abort', onAbort);
  screen.working(undefined);
  screen.say(`conclusion: ${result.conclusion}`, result.conclusion === 'success' ? 'done' : 'failed');
  return result;
}

/** Who pressed Ctrl-C wants to go, not to read; but the pull request must not say "working on it" for ever. */
function aCancelledRun({ screen }: Telling, { github }: Servers): false {
  const comment = commentOf(github.calls);
  screen.say(
    comment === undefined ? 'No comment had been written yet.' : `The comment says: ${headlineOf(screen, comment)}`,
  );
  return false;
}

/** @returns whether the Action succeeded, its comment is there and GitHub had nothing to object to */
function theResult({ screen }: Telling, { github }: Servers, result: ActionResult): boolean {
  const comment = commentOf(github.calls);
  screen.chapter(`The comment on pull request #${PULL.number}`);
  if (comment === undefined) screen.say('There is none.', 'failed');
  else showComment(screen, comment);
  screen.chapter('The job summary');
  showSummary(screen, result.summary, comment ?? '');
  screen.chapter('The outputs, for the steps that follow');
  showOutputs(screen, result.outputs);
  return result.conclusion === 'success' && comment !== undefined && github.violations.length === 0;
}

function whatItTook({ screen }: Telling, { rebyte, github }: Servers, watch: Stopwatch): void {
  screen.chapter('What it took');
  showTimes(screen, watch.times());
  const { calls, violations } = github;
  const correct = violations.length === 0;
  const praise = correct ? ", each as GitHub's own OpenAPI description wants it" : '';
  screen.say(`${rebyte.control.requests.list().length} requests to Rebyte`, 'done');
  screen.say(`${calls.length} requests to GitHub${praise}`, correct ? 'done' : 'failed');
  for (const violation of violations) screen.say(violation, 'failed');
}

/** Resolves when the signal fires. */
async function keepUp({ screen, signal }: Telling, servers: Servers, result: ActionResult): Promise<void> {
  screen.chapter('Rebyte and GitHub stay up until Ctrl-C');
  screen.say('In another terminal:');
  screen.verbatim();
  for (const line of shellLines(servers, result.outputs['task-id'] ?? '')) screen.verbatim(line);
  screen.verbatim();
  if (!signal.aborted) await once(signal, 'abort');
}
