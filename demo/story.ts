import { once } from 'node:events';
import path from 'node:path';
import wrapAnsi from 'wrap-ansi';
import type { App } from '../app/start.ts';
import type { ActionResult } from '../emulator/runner/index.ts';
import { theApp } from './app-story.ts';
import { commentOf } from './comment-of.ts';
import { git } from './git.ts';
import { EDIT } from './history.ts';
import { shellLines } from './keep.ts';
import { createLogView } from './log-view.ts';
import { FEATURE_BRANCH } from './repository.ts';
import { headlineOf, showComment, showOutputs, showSummary, showTimes } from './results.ts';
import { startStopwatch, type Stopwatch } from './stopwatch.ts';
import type { Telling } from './telling.ts';
import { createThreadView, type ThreadView } from './thread-view.ts';
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

/**
 * The demo from its first line to its last.
 * @returns whether all went well
 * @throws {Error} also when the signal fires and no Action runs that would have to be cancelled
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
  const watch = startStopwatch();
  const place = await aRepository(telling, folder);
  watch.lap('the repository');
  const { screen, signal } = telling;
  const calls = () => running?.github.calls ?? [];
  const thread = createThreadView(screen, { calls, signal });
  let running: Servers | undefined;
  const servers = (running = await theServers(telling, place, thread));
  try {
    watch.lap('Rebyte and GitHub start');
    return await tellWith({ place, servers, thread, watch }, telling);
  } finally {
    await stopServers(servers);
  }
}

/** What the two parts of the story are told about. */
interface Scene {
  readonly place: Place;
  readonly servers: Servers;
  readonly thread: ThreadView;
  readonly watch: Stopwatch;
}

async function tellWith(scene: Scene, telling: Telling): Promise<boolean> {
  const { servers, thread, watch } = scene;
  const { options, signal } = telling;
  const actionGood = options.app || (await thePartOfTheAction(scene, telling));
  if (signal.aborted) return aCancelledRun(telling, servers);
  let app: App | undefined;
  try {
    const told = await theApp(telling, servers, thread);
    app = told.app;
    watch.lap('the App');
    whatItTook(telling, servers, watch);
    if (options.keep) await keepUp(telling, servers);
    else telling.screen.say(`To go on by hand: ${telling.screen.colors.bold('npm run demo -- --keep')}`);
    return actionGood && told.good && servers.github.violations.length === 0;
  } finally {
    await app?.stop();
  }
}

/** @returns whether all went well; the signal tells whether it was cancelled */
async function thePartOfTheAction({ place, servers, watch }: Scene, telling: Telling): Promise<boolean> {
  await aCheckout(telling, place, servers);
  watch.lap('the checkout');
  const result = await theAction(telling, place, servers);
  watch.lap('the Action');
  return !telling.signal.aborted && theResult(telling, servers, result);
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

async function theServers({ screen, signal }: Telling, place: Place, thread: ThreadView): Promise<Servers> {
  screen.chapter('Rebyte and GitHub on localhost');
  screen.working('starting');
  const servers = await startServers(place, thread.look);
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
async function keepUp({ screen, signal }: Telling, servers: Servers): Promise<void> {
  screen.chapter('GitHub, the App and Rebyte stay up until Ctrl-C');
  screen.say('In another terminal; what happens in the thread goes on being shown here:');
  screen.verbatim();
  for (const line of await shellLines(servers)) screen.verbatim(line);
  screen.verbatim();
  if (!signal.aborted) await once(signal, 'abort');
}
