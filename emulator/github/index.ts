import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Call, World } from './api.ts';
import { loadContract, type Contract } from './contract/contract.ts';
import type { JsonObject } from './contract/json-schema.ts';
import { createFaultQueue, type Fault } from './faults.ts';
import { plantSeed, type Seed } from './seed.ts';
import { seededApps, type SeededApps } from './seeded-apps.ts';
import { createGitHubApp } from './server.ts';
import { createState, ensureUser, issueToken, repositoryKey, type App, type Permissions, type State } from './state.ts';
import { createHooks } from './webhooks/create-hooks.ts';

export type { Call } from './api.ts';
export type { Fault } from './faults.ts';
export type { Seed, SeedApp, SeedPull, SeedRepository, SeedThread } from './seed.ts';
export type { Delivery } from './state.ts';
export type { Event } from './webhooks/hooks.ts';

/** As load balancers have it. With Node's 5 s a client that is slow for a moment meets a connection that is just closing. */
const SERVER = { keepAliveTimeout: 75_000 };

export interface GitHubOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly seed?: Seed;
  /** Told each violation as it happens; they are also collected in `violations`. */
  readonly onViolation?: (violation: string) => void;
  /** Also checks every answer of the emulator with GitHub's description, into `ownFaults`. Off by default: it costs time. */
  readonly checkAnswers?: boolean;
  readonly log?: (line: string) => void;
}

/** GitHub on localhost. Nothing is kept after `close`. */
export interface EmulatedGitHub extends SeededApps {
  /** The server, as in GITHUB_SERVER_URL: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** As in GITHUB_API_URL. */
  readonly apiUrl: string;
  /** As in GITHUB_GRAPHQL_URL. */
  readonly graphqlUrl: string;
  /** Every call of the API since the start, in order. */
  readonly calls: readonly Call[];
  /** What was wrong with requests by GitHub's own description; a test expects it to be empty. */
  readonly violations: readonly string[];
  /** What was wrong with the emulator's answers, when `checkAnswers` is on. */
  readonly ownFaults: readonly string[];
  /** Queues a fault for coming requests; the oldest that fits strikes first. */
  fail(fault: Fault): void;
  /** Forgets the faults that have not struck yet. */
  calm(): void;
  /** A personal token of this person. */
  tokenFor(login: string): string;
  /**
   * A workflow's GITHUB_TOKEN: reaches one repository with exactly these permissions, writes as `github-actions[bot]`,
   * and is refused by `GET /user`.
   */
  actionsToken(grant: { owner: string; repo: string; permissions: Permissions }): string;
  close(): Promise<void>;
}

/** The app behind every GITHUB_TOKEN, with its ids on github.com. */
const ACTIONS_APP: App = { id: 15368, slug: 'github-actions', name: 'GitHub Actions', permissions: {} };
const ACTIONS_BOT_ID = 41898282;

export async function startGitHub(options: GitHubOptions = {}): Promise<EmulatedGitHub> {
  const state = createState();
  plantActionsApp(state);
  const appKeys = await plantSeed(state, options.seed ?? {});
  const calls: Call[] = [];
  const violations: string[] = [];
  const ownFaults: string[] = [];
  const faults = createFaultQueue();
  let url = '';
  const contract = loadContract();
  const log = options.log ?? (() => {});
  const hooks = createHooks(() => world, {
    log,
    ...(options.checkAnswers && {
      onPayload: (event, payload) => void ownFaults.push(...payloadFaults(contract, event, payload)),
    }),
  });
  const world: World = { state, url: () => url, apiUrl: () => `${url}/api/v3`, hooks };
  const web = createGitHubApp({
    world,
    contract,
    faults,
    calls,
    onViolation: (violation) => {
      violations.push(violation);
      options.onViolation?.(violation);
    },
    ...(options.checkAnswers && { onOwnFault: (fault: string) => void ownFaults.push(fault) }),
    log,
  });
  const handle = getRequestListener(web.fetch);
  const server = createServer(SERVER, (request, response) => void handle(request, response));
  url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    url,
    apiUrl: `${url}/api/v3`,
    graphqlUrl: `${url}/api/graphql`,
    calls,
    violations,
    ownFaults,
    fail: (fault) => faults.add(fault),
    calm: () => faults.clear(),
    tokenFor: (login) => issueToken(state, 'ghp', { kind: 'user', login: ensureUser(state, login).login }),
    actionsToken: ({ owner, repo, permissions }) =>
      issueToken(state, 'ghs', {
        kind: 'installation',
        login: `${ACTIONS_APP.slug}[bot]`,
        app: ACTIONS_APP,
        // A workflow writes `pull-requests`, the API `pull_requests`.
        permissions: Object.fromEntries(
          Object.entries(permissions).map(([name, level]) => [name.replaceAll('-', '_'), level]),
        ),
        repositories: new Set([repositoryKey(owner, repo)]),
      }),
    ...seededApps(world, appKeys),
    close: async () => {
      await hooks.close();
      await close(server);
    },
  };
}

/** Our own payloads are judged like the client's requests. */
function payloadFaults(contract: Contract, event: string, payload: JsonObject): readonly string[] {
  const action = typeof payload.action === 'string' ? [payload.action] : [];
  const name = [...event.split('_'), ...action].join('-');
  return contract.webhook(name, payload).map((fault) => `webhook ${name}: ${fault}`);
}

function plantActionsApp(state: State): void {
  const login = `${ACTIONS_APP.slug}[bot]`;
  state.apps.set(ACTIONS_APP.slug, ACTIONS_APP);
  state.users.set(login, { id: ACTIONS_BOT_ID, login, type: 'Bot', members: new Map(), teams: new Map() });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The emulated GitHub listens on no TCP port.');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
