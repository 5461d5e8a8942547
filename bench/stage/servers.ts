// The process with the emulators, so that they do not share an event loop with what is measured. Started by stage.ts.
import { API_KEY, World } from '../../test/action/end-to-end/world.ts';
import { now } from '../numbers.ts';
import { RESULT_TEXT, type FromStage, type Mark, type ToStage, type Traffic } from './messages.ts';
import { openTap } from './tap.ts';

const REPOSITORY = 'acme/api';

const world = await World.start();
await world.rebyte.warm();
world.checkOutPull();

const onSight = (mark: Mark): void => tell({ kind: 'mark', mark, at: now() });
const rebyteTap = await openTap({
  port: portIn(world.rebyte.url),
  sights: [{ mark: 'done', text: 'event: done', from: 'server' }],
  onSight,
});
const githubTap = await openTap({
  port: portIn(world.github.url),
  sights: [{ mark: 'posted', text: RESULT_TEXT, from: 'client' }],
  onSight,
});
const silent = await openTap({ sights: [{ mark: 'first-byte', text: '', from: 'client' }], onSight });

process.on('message', ({ ask }: ToStage) => {
  if (ask === 'traffic') tell({ kind: 'traffic', traffic: takeTraffic() });
});
// However the bench ends, its agents and folders go with it.
process.on('disconnect', () => {
  void world.stop().finally(() => process.exit(0));
});
// Ctrl-C reaches the whole group of processes; the bench's end is what ends this one.
process.on('SIGINT', () => undefined);

tell({
  kind: 'ready',
  places: {
    apiKey: API_KEY,
    token: world.token,
    repository: REPOSITORY,
    workspace: world.workspace,
    rebyteUrl: world.rebyte.url,
    rebyteTapUrl: throughTap(world.rebyte.url, rebyteTap.port),
    silentUrl: throughTap(world.rebyte.url, silent.port),
    githubUrl: world.github.url,
    githubApiUrl: world.github.apiUrl,
    githubTapApiUrl: throughTap(world.github.apiUrl, githubTap.port),
    graphqlUrl: world.github.graphqlUrl,
    pullRequest: world.pullRequestEvent(),
  },
});

let githubCallsTaken = 0;

function takeTraffic(): Traffic {
  const rebyte = world.rebyte.control.requests.list().map(({ method, path }) => `${method} ${path}`);
  const github = world.github.calls.slice(githubCallsTaken).map(({ method, path }) => `${method} ${path}`);
  world.rebyte.control.requests.clear();
  githubCallsTaken = world.github.calls.length;
  return { rebyte, github };
}

function tell(message: FromStage): void {
  process.send?.(message);
}

function portIn(url: string): number {
  return Number(new URL(url).port);
}

function throughTap(url: string, port: number): string {
  const tapped = new URL(url);
  tapped.port = String(port);
  return tapped.href;
}
