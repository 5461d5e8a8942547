import type { EmulatedGitHub } from '../../emulator/github/index.ts';
import { APP, BOT, REPOSITORIES } from './places.ts';
import { nameOf, type Given } from './given.ts';

/** A comment of the App's. */
export interface ShownComment {
  readonly id: number;
  readonly body: string;
  /** What its marker says it is for; undefined without one. */
  readonly key?: string;
  readonly runReference?: string;
}

/** What GitHub shows of the App's work when all is over. */
export interface Shown {
  /** By thread, see {@link nameOf}. */
  readonly comments: ReadonlyMap<string, readonly ShownComment[]>;
  /** The external ids of the App's check runs, with their repository. */
  readonly checks: readonly string[];
  /** Titles of the open issues that the App opened, with their repository. */
  readonly issues: readonly string[];
}

export async function readShown(github: EmulatedGitHub, given: readonly Given[]): Promise<Shown> {
  const read = reader(github);
  const places = new Map(given.map(({ place }) => [nameOf(place), place]));
  const comments = new Map<string, readonly ShownComment[]>();
  for (const [name, { owner, repo, number }] of places) {
    const all = await read<Listed>(`/repos/${owner}/${repo}/issues/${number}/comments`);
    comments.set(name, all.filter(isOurs).map(withMarker));
  }
  const checks: string[] = [];
  const issues: string[] = [];
  for (const { owner, repo } of REPOSITORIES) {
    const path = `/repos/${owner}/${repo}`;
    const pulls = await read<{ head: { sha: string } }>(`${path}/pulls`);
    for (const sha of new Set(pulls.map(({ head }) => head.sha))) {
      const runs = await read<Check>(`${path}/commits/${sha}/check-runs`, ({ check_runs: rows }) => rows);
      checks.push(...runs.filter(({ app }) => app.slug === APP).map((run) => `${owner}/${repo} ${run.external_id}`));
    }
    const opened = await read<Listed>(`${path}/issues`);
    issues.push(...opened.filter(isOurs).map(({ title = '' }) => `${owner}/${repo} ${title}`));
  }
  return { comments, checks, issues };
}

interface Listed {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
  readonly title?: string;
}

interface Check {
  readonly external_id: string;
  readonly app: { readonly slug: string };
}

function isOurs({ user }: Listed): boolean {
  return user.login === BOT;
}

/** Not verified with the secret: nobody else writes here as the App. */
function withMarker({ id, body }: Listed): ShownComment {
  const encoded = [...body.matchAll(/<!-- rebyte:\d+:([\w-]+)\./g)].at(-1)?.[1];
  if (encoded === undefined) return { id, body };
  const { key, runReference }: { key: string; runReference?: string } = JSON.parse(
    Buffer.from(encoded, 'base64url').toString(),
  );
  return { id, body, key, ...(runReference !== undefined && { runReference }) };
}

type Read = <T>(path: string, rowsOf?: (body: { readonly check_runs: T[] }) => T[]) => Promise<readonly T[]>;

/** Reads all pages, as a person. */
function reader(github: EmulatedGitHub): Read {
  const headers = { authorization: `Bearer ${github.tokenFor('alice')}` };
  return async <T>(path: string, rowsOf?: (body: { readonly check_runs: T[] }) => T[]) => {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const response = await fetch(`${github.apiUrl}${path}?per_page=100&page=${page}`, { headers });
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      const body = JSON.parse(await response.text());
      const rows: T[] = rowsOf === undefined ? body : rowsOf(body);
      all.push(...rows);
      if (rows.length < 100) return all;
    }
  };
}
