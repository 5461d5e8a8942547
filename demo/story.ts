import { once } from 'node:events';
import path from 'node:path';
import type { ActionResult } from '../emulator/runner/index.ts';
import { commentOf } from './comment-of.ts';
import { git } from './git.ts';
import { EDIT } from './history.ts';
import { shellLines } from './keep.ts';
import { createLogView } from './log-view.ts';
import type { DemoOptions } from './options.ts';
import { FEATURE_BRANCH } from './repository.ts';
import { showComment, showOutputs, showSummary } from './results.ts';
import type { Screen } from './screen.ts';
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

export interface Telling {
  readonly screen: Screen;
  /** The checkout of this repository, where action.yml is. */
  readonly root: string;
  readonly options: DemoOptions;
  /** Ends the story early; what was made is still taken away. */
  readonly signal: AbortSignal;
}

/** The demo from its first line to its last. @returns whether all went well @throws when aborted between two steps */
export async function tellStory(telling: Telling): Promise<boolean> {
  const { screen } = telling;
  const began = performance.now();
  const folder = await makeFolder();
  try {
    const place = await aRepository(telling, folder);
    const servers = await theServers(telling, place);
    try {
      await aCheckout(telling, place, servers);
      const result = await theAction(telling, place, servers);
      const good = showResult(telling, servers, result);
      screen.chapter(good ? 'Done' : 'It did not work');
      screen.say(`${seconds(began)} altogether.`, good ? 'done' : 'failed');
      if (telling.options.keep && !telling.signal.aborted) await keepUp(telling, servers, result);
      return good;
    } finally {
      await stopServers(servers);
    }
  } finally {
    screen.working(undefined);
    await removeFolder(folder);
    screen.say(`Stopped, and ${folder} is removed.`, 'done');
    if (!telling.options.keep)
      screen.say('Next: npm run demo -- --keep  keeps Rebyte and GitHub up and says how to talk to them.');
  }
}

async function aRepository({ screen, signal }: Telling, folder: string): Promise<Place> {
  screen.chapter(`A git repository, ${SLUG}`);
  screen.working('making history');
  const place = await makePlace(folder);
  signal.throwIfAborted();
  const cwd = path.join(folder, 'server', `${SLUG}.git`);
  const format = '--format=%h  %<(14,trunc)%ar %<(7)%an %s';
  screen.quote((await git({ cwd }, 'log', '--graph', format, `refs/pull/${PULL.number}/merge`)).split('\n'));
  screen.say(`pull request #${PULL.number} by ${PULL.author}: ${PULL.title} (${FEATURE_BRANCH} → main)`, 'done');
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
  await checkOut(place, servers);
  screen.say('checked out as actions/checkout does: the test merge, detached, one commit deep', 'done');
  await editCheckout(place);
  screen.say(`an edit that nobody has committed, in ${EDIT.path}: it has to travel to the agent`, 'done');
  signal.throwIfAborted();
}

async function theAction(telling: Telling, place: Place, servers: Servers): Promise<ActionResult> {
  const { screen, root, options, signal } = telling;
  screen.chapter('The Action: action.yml and dist/action, run as a runner runs it');
  screen.say(`prompt: ${options.prompt}`);
  screen.working('the Action runs');
  const began = performance.now();
  const onLine = createLogView(screen);
  const run = await runOn(place, servers, { root, prompt: options.prompt, onLine, signal });
  const result = await run.finished;
  screen.working(undefined);
  screen.say(`${result.conclusion} after ${seconds(began)}`, result.conclusion === 'success' ? 'done' : 'failed');
  return result;
}

/** @returns whether the Action succeeded and GitHub had nothing to object to */
function showResult({ screen }: Telling, { rebyte, github }: Servers, result: ActionResult): boolean {
  const comment = commentOf(github.calls);
  screen.chapter(`The comment on pull request #${PULL.number}`);
  if (comment === undefined) screen.say('There is none.', 'failed');
  else showComment(screen, comment);
  screen.chapter('The job summary');
  showSummary(screen, result.summary, comment ?? '');
  screen.chapter('The outputs, for the steps that follow');
  showOutputs(screen, result.outputs);
  screen.chapter('What went over the wire');
  screen.say(`Rebyte: ${rebyte.control.requests.list().length} requests`, 'done');
  const { calls, violations } = github;
  if (violations.length === 0) {
    screen.say(`GitHub: ${calls.length} requests, each as GitHub's own OpenAPI description wants it`, 'done');
  }
  for (const violation of violations) screen.say(`GitHub would object: ${violation}`, 'failed');
  return result.conclusion === 'success' && comment !== undefined && violations.length === 0;
}

/** Resolves when the signal fires. */
async function keepUp({ screen, signal }: Telling, servers: Servers, result: ActionResult): Promise<void> {
  screen.say('Rebyte and GitHub stay up until Ctrl-C. In another terminal:');
  screen.verbatim();
  for (const line of shellLines(servers, result.outputs['task-id'] ?? '')) screen.verbatim(line);
  screen.verbatim();
  await once(signal, 'abort');
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
