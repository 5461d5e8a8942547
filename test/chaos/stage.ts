import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startGitHub, type EmulatedGitHub } from '../../emulator/github/index.ts';
import { startRebyte, type Rebyte } from '../../emulator/rebyte/index.ts';
import { plantRepositories } from '../app/end-to-end/git-server.ts';
import { Relay } from '../app/end-to-end/relay.ts';
import { startPostgres } from '../support/postgres.ts';
import { bundleApp } from './app-bundle.ts';
import type { ChaosOptions } from './chaos.ts';
import { environmentFor } from './environment-for.ts';
import { Fleet } from './fleet.ts';
import { FullDisk } from './full-disk.ts';
import { People } from './people.ts';
import { API_KEY, APP, REPOSITORIES, seedFor } from './places.ts';
import { installQuickAgent } from './quick-agent.ts';
import { randomFrom } from './random.ts';
import { Redelivery } from './redelivery.ts';
import { Weather } from './weather.ts';

/** GitHub, Rebyte and the App, each reached by HTTP alone, and who acts on them. */
export interface Stage {
  readonly github: EmulatedGitHub;
  readonly rebyte: Rebyte;
  readonly fleet: Fleet;
  readonly people: People;
  readonly weather: Weather;
  readonly redelivery: Redelivery;
  /** Every line of the App's log. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export interface StageOptions extends ChaosOptions {
  readonly directory: string;
}

/** How to undo what was opened, the last first. */
type Undo = () => unknown;

export async function openStage(options: StageOptions): Promise<Stage> {
  const undo: Undo[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    return { ...(await build(options, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(options: StageOptions, undo: Undo[]): Promise<Omit<Stage, 'close'>> {
  const directory = realpathSync(options.directory);
  undo.push(await installQuickAgent(directory));
  const names = REPOSITORIES.map(({ owner, repo }) => `${owner}/${repo}`);
  const commits = plantRepositories(directory, names);
  const github = await startGitHub({ seed: seedFor(commits) });
  undo.push(async () => await github.close());
  const rebyte = await startRebyte({ apiKeys: [API_KEY], gitBaseUrl: pathToFileURL(directory).href });
  undo.push(async () => await rebyte.close());
  const bundle = await bundleApp();
  undo.push(async () => await bundle.remove());
  const databaseUrl = await storageOf(options, directory, undo);
  let fleet: Fleet | undefined;
  // In front of the replicas, as a load balancer is; with none of them up the connection breaks.
  const door = await Relay.start(
    () => {
      door.passages.length = 0;
      return fleet?.target() ?? '';
    },
    () => undefined,
  );
  undo.push(async () => await door.close());
  const log: string[] = [];
  fleet = new Fleet({
    replicas: options.replicas,
    bundle: bundle.path,
    directory,
    environment: environmentFor(github, { rebyteUrl: rebyte.url, publicUrl: door.url, databaseUrl }),
    write: (line) => void log.push(line),
  });
  undo.push(async () => await fleet.close());
  await fleet.started();
  const disk = await diskOf(options, fleet);
  github.setWebhookUrl(APP, `${door.url}/api/github/webhooks`);
  return {
    github,
    rebyte,
    fleet,
    people: new People(github, randomFrom(options.seed), commits.feature),
    weather: new Weather({ github, rebyte, ...disk }, randomFrom(options.seed ^ 0xfa17)),
    redelivery: new Redelivery(github, () => fleet.up().length > 0),
    log,
  };
}

/** PostgreSQL's disk is not the App's. */
async function diskOf({ storage, tell }: StageOptions, fleet: Fleet): Promise<{ readonly disk?: FullDisk }> {
  if (storage !== 'sqlite') return {};
  const why = await FullDisk.whyNot();
  if (why === undefined) return { disk: new FullDisk(() => fleet.pids()) };
  tell(why);
  return {};
}

async function storageOf({ storage }: StageOptions, directory: string, undo: Undo[]): Promise<string> {
  if (storage === 'sqlite') return join(directory, 'app', 'rebyte.db');
  const server = await startPostgres();
  undo.push(async () => await server.close());
  return await server.createDatabase();
}
