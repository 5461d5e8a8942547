import type { EmulatedGitHub, Fault as GitHubFault } from '../../emulator/github/index.ts';
import type { Fault as RebyteFault } from '../../emulator/rebyte/faults.ts';
import type { Rebyte } from '../../emulator/rebyte/index.ts';
import type { FullDisk } from './full-disk.ts';
import { APP, BOT } from './places.ts';
import type { Random } from './random.ts';

/** What befalls one request. */
type Blow = (random: Random) => Omit<GitHubFault, 'method' | 'path' | 'login'>;

const PROXY_PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';

const BLOWS: readonly Blow[] = [
  () => ({ status: 502, body: PROXY_PAGE }),
  () => ({ status: 500 }),
  () => ({ reset: 'before' }),
  () => ({ reset: 'after' }),
  (random) => ({ delayMs: random.int(200, 2_500) }),
  () => ({
    status: 403,
    headers: { 'retry-after': '1' },
    body: { message: 'You have exceeded a secondary rate limit.' },
  }),
  (random) => ({
    status: random.pick([403, 429]),
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 2) },
    body: { message: 'API rate limit exceeded for installation.' },
  }),
];
/** GitHub finds fault with a write for a moment, as it does when its own parts lag behind each other. */
const UNPROCESSABLE: Blow = () => ({ status: 422, body: { message: 'Validation Failed' } });

/** What the App asks of GitHub, most often asked first. */
const GITHUB_CALLS: readonly (readonly [method: string, path: RegExp, login?: string])[] = [
  ['POST', /^\/repos\/.*\/issues\/\d+\/comments$/],
  ['PATCH', /^\/repos\/.*\/issues\/comments\/\d+$/],
  ['POST', /\/reactions$/],
  ['POST', /\/check-runs$/],
  ['PATCH', /\/check-runs\/\d+$/],
  ['POST', /^\/repos\/[^/]+\/[^/]+\/issues$/],
  ['PATCH', /\/issues\/\d+$/],
  ['GET', /\/contents\//],
  ['GET', /\/collaborators\//],
  ['GET', /\/comments$/],
  ['GET', /\/pulls\/\d+$/],
  ['POST', /\/access_tokens$/, APP],
];

const REBYTE_CALLS: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/v1/tasks'],
  ['POST', '/v1/tasks/*/prompts'],
  ['POST', '/v1/tasks/*/cancel'],
  ['GET', '/v1/tasks'],
  ['GET', '/v1/tasks/*'],
  ['GET', '/v1/*/artifacts'],
  ['PATCH', '/v1/tasks/*/visibility'],
  ['POST', '/v1/files'],
];

const ENDS = ['task.completed', 'task.canceled'] as const;

function githubFault(random: Random): GitHubFault {
  const [method, path, login = BOT] = random.pick(GITHUB_CALLS);
  const isWrite = method !== 'GET' && login === BOT;
  const blow = random.pick(isWrite ? [...BLOWS, UNPROCESSABLE] : BLOWS);
  return { method, path, login, ...blow(random) };
}

function rebyteRequestFault(random: Random): RebyteFault {
  const [method, path] = random.pick(REBYTE_CALLS);
  const when = random.pick(['before', 'after'] as const);
  return random.pick<RebyteFault>([
    { kind: 'respond', method, path, when, status: 502, body: PROXY_PAGE },
    { kind: 'respond', method, path, when, status: 500, code: 'internal_error' },
    { kind: 'respond', method, path, when: 'before', status: 429, code: 'rate_limited', retryAfter: 1 },
    { kind: 'reset', method, path, when },
    { kind: 'delay', method, path, ms: random.int(200, 2_500) },
  ]);
}

function rebyteFault(random: Random): RebyteFault {
  const event = random.pick(ENDS);
  return random.pick<() => RebyteFault>([
    () => rebyteRequestFault(random),
    () => rebyteRequestFault(random),
    () => rebyteRequestFault(random),
    () => ({ kind: 'webhook', how: 'lose', event }),
    () => ({ kind: 'webhook', how: 'double', event }),
    () => ({ kind: 'webhook', how: 'late', event, ms: random.int(1_000, 8_000) }),
    () => ({ kind: 'webhook', how: 'swap', event }),
    () => ({ kind: 'result', how: random.pick(['missing', 'late'] as const), ms: 500 }),
    () => ({ kind: 'provision', ms: random.int(200, 2_000) }),
    () => ({ kind: 'provision', error: 'No machine is free.' }),
    () => ({ kind: 'stream', how: 'cut', afterEvents: 1 }),
  ])();
}

export interface Servers {
  readonly github: EmulatedGitHub;
  readonly rebyte: Rebyte;
  /** Absent where disks cannot be filled. */
  readonly disk?: FullDisk;
}

/** The faults of both servers and of the App's disk, as chance has them. */
export class Weather {
  /** Faults that were made ready, by what they are. */
  readonly blown = new Map<string, number>();
  readonly #servers: Servers;
  readonly #random: Random;

  constructor(servers: Servers, random: Random) {
    this.#servers = servers;
    this.#random = random;
  }

  /** Makes one fault ready; it strikes the next call that it fits. */
  async blow(): Promise<void> {
    const { github, rebyte, disk } = this.#servers;
    const fillMs = this.#random.chance(0.06) ? this.#random.int(1_000, 6_000) : 0;
    if (fillMs > 0 && disk !== undefined) {
      const noticed = await disk.strike(fillMs);
      this.#count(noticed > 0 ? 'disk full' : 'disk full while no App ran');
      return;
    }
    if (this.#random.chance(0.5)) {
      const fault = githubFault(this.#random);
      github.fail(fault);
      const how = fault.status ?? (fault.reset === undefined ? 'slow' : `cut ${fault.reset}`);
      this.#count(`GitHub ${fault.method} ${how}`);
      return;
    }
    const fault = rebyteFault(this.#random);
    rebyte.control.faults.add(fault);
    const how = 'how' in fault ? fault.how : 'status' in fault ? fault.status : '';
    this.#count(`Rebyte ${fault.kind} ${how}`.trim());
  }

  /** What has not struck yet does not any more. */
  async calm(): Promise<void> {
    this.#servers.github.calm();
    this.#servers.rebyte.control.faults.clear();
    await this.#servers.disk?.end();
  }

  get total(): number {
    return [...this.blown.values()].reduce((sum, count) => sum + count, 0);
  }

  #count(what: string): void {
    this.blown.set(what, (this.blown.get(what) ?? 0) + 1);
  }
}
