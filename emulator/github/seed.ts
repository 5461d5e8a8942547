import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import {
  ensureUser,
  repositoryKey,
  timestamp,
  type ChangedFile,
  type Label,
  type Permissions,
  type Pull,
  type PullSide,
  type Repository,
  type Role,
  type State,
  type Thread,
} from './state.ts';

export interface SeedThread {
  readonly title: string;
  readonly body?: string;
  /** Login; the repository's owner by default. */
  readonly author?: string;
  readonly labels?: readonly string[];
  readonly state?: 'open' | 'closed';
  /** The next free number by default. */
  readonly number?: number;
}

export interface SeedPull extends SeedThread {
  /** `repository` (owner/name) only for a fork. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repository?: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly draft?: boolean;
  readonly files?: readonly ChangedFile[];
}

export interface SeedRepository {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  /** `main` by default. */
  readonly defaultBranch?: string;
  /** Files of the default branch by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly labels?: readonly string[];
  readonly collaborators?: Readonly<Record<string, Role>>;
  readonly issues?: readonly SeedThread[];
  readonly pulls?: readonly SeedPull[];
}

/** The world at start. Logins that are only mentioned (authors, collaborators, owners) become users of their own. */
export interface Seed {
  readonly users?: readonly string[];
  readonly orgs?: readonly {
    readonly login: string;
    readonly members?: Readonly<Record<string, 'admin' | 'member'>>;
  }[];
  readonly repos?: readonly SeedRepository[];
  /** Personal tokens: token → login. */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly apps?: readonly SeedApp[];
}

export interface SeedApp {
  readonly slug: string;
  /** The slug by default. */
  readonly name?: string;
  readonly permissions: Permissions;
  /** PEM; a new one by default, which takes some 100 ms to make. */
  readonly privateKey?: string;
  /** `repos` (names) only when not all of the owner's were chosen. */
  readonly installations?: readonly { readonly owner: string; readonly repos?: readonly string[] }[];
}

/** GitHub's colour for a label nobody chose one for. */
const DEFAULT_LABEL_COLOUR = 'ededed';

/** @returns the private key of each app by its slug */
export async function plantSeed(state: State, seed: Seed): Promise<ReadonlyMap<string, string>> {
  for (const login of seed.users ?? []) ensureUser(state, login);
  for (const { login, members = {} } of seed.orgs ?? []) {
    const org = ensureUser(state, login, 'Organization');
    for (const [member, role] of Object.entries(members)) {
      org.members.set(ensureUser(state, member).login.toLowerCase(), role);
    }
  }
  for (const repository of seed.repos ?? []) plantRepository(state, repository);
  for (const [token, login] of Object.entries(seed.tokens ?? {})) {
    state.tokens.set(token, { kind: 'user', login: ensureUser(state, login).login });
  }
  const keys = new Map<string, string>();
  for (const app of seed.apps ?? []) keys.set(app.slug, await plantApp(state, app));
  return keys;
}

async function plantApp(state: State, seed: SeedApp): Promise<string> {
  const { slug, name = slug, permissions } = seed;
  const privateKey = seed.privateKey ?? (await generatePrivateKey());
  const app = { id: state.nextId(), slug, name, permissions, publicKey: createPublicKey(privateKey) };
  state.apps.set(slug, app);
  ensureUser(state, `${slug}[bot]`);
  for (const { owner, repos } of seed.installations ?? []) {
    const installation = { id: state.nextId(), app, account: ensureUser(state, owner).login, repositories: repos };
    state.installations.set(installation.id, installation);
  }
  return privateKey;
}

/** RSA-2048 in PKCS#1, as GitHub hands it out. */
async function generatePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

function plantRepository(state: State, seed: SeedRepository): void {
  const owner = ensureUser(state, seed.owner).login;
  const collaborators = Object.entries(seed.collaborators ?? {});
  for (const [login] of collaborators) ensureUser(state, login);
  const repository: Repository = {
    id: state.nextId(),
    owner,
    name: seed.name,
    private: seed.private ?? false,
    defaultBranch: seed.defaultBranch ?? 'main',
    files: new Map(Object.entries(seed.files ?? {})),
    collaborators: new Map(collaborators.map(([login, role]) => [login.toLowerCase(), role])),
    labels: new Map(),
    threads: new Map(),
    checks: new Map(),
  };
  state.repositories.set(repositoryKey(owner, seed.name), repository);
  for (const label of seed.labels ?? []) addLabel(state, repository, { name: label });
  for (const issue of seed.issues ?? []) addThread(state, repository, issue);
  for (const pull of seed.pulls ?? []) {
    const here = `${owner}/${seed.name}`;
    const side = (given: SeedPull['head']): PullSide => ({ repository: here, ...given });
    const { draft = false, files = [] } = pull;
    const sides = { head: side(pull.head), base: side(pull.base) };
    addThread(state, repository, { ...pull, pull: { ...sides, draft, files, reviews: [], comments: [] } });
  }
}

/** The label of this name (names compare without case); made when it is new, as GitHub does for `POST …/issues`. */
export function addLabel(
  state: State,
  repository: Repository,
  {
    name,
    color = DEFAULT_LABEL_COLOUR,
    description = null,
  }: { name: string; color?: string; description?: string | null },
): Label {
  const key = name.toLowerCase();
  const label = repository.labels.get(key) ?? { id: state.nextId(), name, color, description };
  repository.labels.set(key, label);
  return label;
}

export function addThread(state: State, repository: Repository, seed: SeedThread & { readonly pull?: Pull }): Thread {
  const now = timestamp();
  const thread: Thread = {
    id: state.nextId(),
    number: seed.number ?? Math.max(0, ...repository.threads.keys()) + 1,
    author: ensureUser(state, seed.author ?? repository.owner).login,
    createdAt: now,
    updatedAt: now,
    comments: [],
    reactions: [],
    title: seed.title,
    body: seed.body ?? null,
    state: seed.state ?? 'open',
    stateReason: null,
    labels: (seed.labels ?? []).map((name) => addLabel(state, repository, { name }).name),
    assignees: [],
    ...(seed.pull && { pull: seed.pull }),
  };
  repository.threads.set(thread.number, thread);
  return thread;
}
