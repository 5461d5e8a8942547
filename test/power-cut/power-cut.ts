import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { startGitHub } from '../../emulator/github/index.ts';
import { startRebyte } from '../../emulator/rebyte/index.ts';
import { plantRepositories } from '../app/end-to-end/git-server.ts';
import { Relay } from '../app/end-to-end/relay.ts';
import { bundleApp } from '../chaos/app-bundle.ts';
import { environmentFor } from '../chaos/environment-for.ts';
import { API_KEY, REPOSITORIES, seedFor } from '../chaos/places.ts';
import { installQuickAgent } from '../chaos/quick-agent.ts';
import { captureCommands } from './captured.ts';
import { happeningOf, type Happening } from './happening.ts';
import { replay, type Replayed } from './replay.ts';
import { sendAll, type Sent } from './send-all.ts';
import { startTracedApp } from './traced-app.ts';
import { callsIn } from './trace-lines.ts';

/** What SQLite is told of when to wait for the disk. The App says FULL. */
export type Synchronous = 'FULL' | 'NORMAL' | 'OFF';

export interface PowerCutOptions {
  /** Signed deliveries with a command. */
  readonly deliveries: number;
  readonly connections: number;
  /** At most so many cuts at answers, and half as many inside checkpoints and anywhere. */
  readonly cuts: number;
  readonly seed: number;
  /** Any other than FULL is to show that losses are seen. */
  readonly synchronous: Synchronous;
  readonly tell: (line: string) => void;
}

export interface PowerCutSeen extends Replayed {
  /** Deliveries that were answered with 2xx, as the senders saw it. */
  readonly answered: number;
  readonly syncs: number;
  /** Syncs of the database's own file since the first answer: each ends one. */
  readonly checkpoints: number;
  readonly calls: number;
  /** Files whose bytes are not what the traced calls make of them: then the trace proves nothing. */
  readonly untraced: readonly string[];
}

interface Performed {
  readonly sent: readonly Sent[];
  readonly happenings: readonly (readonly [number, Happening])[];
  readonly calls: number;
}

/** Has the real App take deliveries, and cuts the power of every disk that its system calls may have left. */
export async function runPowerCut(options: PowerCutOptions): Promise<PowerCutSeen> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rebyte-power-cut-')));
  // Two folders that are not there yet: their names have to reach the disk as well.
  const database = join(root, 'disk', 'data', 'rebyte.db');
  try {
    const { sent, happenings, calls } = await perform(options, root, database);
    const syncs = happenings.flatMap(([, each]) => (each.kind === 'synced' ? [each] : []));
    const [first = 0] = happenings.find(([, { kind }]) => kind === 'answered') ?? [];
    options.tell(`${sent.length} deliveries sent, ${calls} calls traced; the power is cut`);
    const { seed, cuts } = options;
    const replayed = await replay({ happenings, sent, root, database, seed, cuts });
    return {
      ...replayed,
      answered: sent.filter(({ status }) => status >= 200 && status < 300).length,
      syncs: syncs.length,
      checkpoints: syncs.filter(({ path, began }) => path === database && began > first).length,
      calls,
      untraced: await differences(replayed.last),
    };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function perform(options: PowerCutOptions, root: string, database: string): Promise<Performed> {
  const trace = join(root, 'trace');
  const undo: (() => unknown)[] = [await installQuickAgent(root)];
  try {
    const names = REPOSITORIES.map(({ owner, repo }) => `${owner}/${repo}`);
    const github = await startGitHub({ seed: seedFor(plantRepositories(root, names)) });
    undo.push(async () => await github.close());
    const rebyte = await startRebyte({ apiKeys: [API_KEY], gitBaseUrl: pathToFileURL(root).href });
    undo.push(async () => await rebyte.close());
    const bundle = await bundleApp({
      entry: 'app/index.ts',
      replace: { from: 'synchronous = FULL', to: `synchronous = ${options.synchronous}` },
    });
    undo.push(async () => await bundle.remove());
    let url = '';
    const door = await Relay.start(
      () => url,
      () => undefined,
    );
    undo.push(async () => await door.close());
    const deliveries = await captureCommands(github, options.deliveries);
    const addresses = { rebyteUrl: rebyte.url, publicUrl: door.url, databaseUrl: database };
    const environment = environmentFor(github, addresses);
    const app = await startTracedApp({ bundle: bundle.path, environment, database, trace, folder: root });
    undo.push(async () => await app.stop());
    url = app.url;
    const sent = await sendAll(app.url, deliveries, options.connections);
    await app.stop();
    return { sent, ...(await happeningsIn(trace, root, database)) };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

async function happeningsIn(
  trace: string,
  root: string,
  database: string,
): Promise<Pick<Performed, 'happenings' | 'calls'>> {
  const happenings: (readonly [number, Happening])[] = [];
  const there = new Set<string>();
  // The lock's file holds nothing, and the log's index is made anew after a power cut.
  const others = ['-shm', '.lock', '.pid'].map((end) => `${database}${end}`);
  const isOurs = (path: string): boolean =>
    path === root || (path.startsWith(join(root, 'disk')) && !others.some((other) => path.startsWith(other)));
  const watched = { follows: isOurs, exists: (path: string) => path === root || there.has(path) };
  let calls = 0;
  for await (const call of callsIn(createInterface({ input: createReadStream(trace) }))) {
    const happening = happeningOf(call, watched);
    if (happening?.kind === 'made') there.add(happening.path);
    if (happening?.kind === 'removed') there.delete(happening.path);
    if (happening !== undefined) happenings.push([calls, happening]);
    calls += 1;
  }
  return { happenings, calls };
}

async function differences(files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const [path, bytes] of files) {
    const actual = await readFile(path).catch(() => undefined);
    if (actual === undefined || !actual.equals(bytes)) differing.push(path);
  }
  return differing;
}
