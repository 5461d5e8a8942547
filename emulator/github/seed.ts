import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import {
  ensureUser,
  newSha,
  repositoryKey,
  timestamp,
  type App,
  type Branch,
  type ChangedFile,
  type Hook,
  type Installation,
  type Label,
  type Permissions,
  type Pull,
  type PullSide,
  type PullThread,
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
  /** Further branches: what they change of the default branch's files. The heads of pull requests need not be named. */
  readonly branches?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly labels?: readonly string[];
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** Custom role of some of the collaborators, by login. */
  readonly customRoles?: Readonly<Record<string, string>>;
  readonly issues?: readonly SeedThread[];
  readonly pulls?: readonly SeedPull[];
}

/** The world at start. Logins that are only mentioned (authors, collaborators, owners) become users of their own. */
export interface Seed {
  readonly users?: readonly string[];
  readonly orgs?: readonly {
    readonly login: string;
    readonly members?: Readonly<Record<string, 'admin' | 'member'>>;
    /** Logins by the team's slug. */
    readonly teams?: Readonly<Record<string, readonly string[]>>;
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
  /** A new one by default. */
  readonly id?: number;
  readonly permissions: Permissions;
  /** Where its events go. It can be named later, with `setWebhookUrl`; until then nothing is sent. */
  readonly webhookUrl?: string;
  /** Signs its events; required with `events`. */
  readonly webhookSecret?: string;
  /** Events it subscribes to, e.g. `issue_comment`. `installation` comes to every app. */
  readonly events?: readonly string[];
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
  for (const organization of seed.orgs ?? []) plantOrganization(state, organization);
  for (const repository of seed.repos ?? []) plantRepository(state, repository);
  // After all repositories, as a head may be in any of them.
  for (const { owner, name, pulls = [] } of seed.repos ?? []) {
    const repository = state.repositories.get(repositoryKey(owner, name));
    if (repository) for (const pull of pulls) plantPull(state, repository, pull);
  }
  for (const [token, login] of Object.entries(seed.tokens ?? {})) {
    state.tokens.set(token, { kind: 'user', login: ensureUser(state, login).login });
  }
  const keys = new Map<string, string>();
  for (const app of seed.apps ?? []) keys.set(app.slug, await plantApp(state, app));
  return keys;
}

function plantOrganization(state: State, { login, members = {}, teams = {} }: NonNullable<Seed['orgs']>[number]): void {
  const org = ensureUser(state, login, 'Organization');
  const keyOf = (member: string) => ensureUser(state, member).login.toLowerCase();
  for (const [member, role] of Object.entries(members)) org.members.set(keyOf(member), role);
  for (const [slug, team] of Object.entries(teams)) {
    for (const member of team.map(keyOf)) if (!org.members.has(member)) org.members.set(member, 'member');
    org.teams.set(slug, { id: state.nextId(), slug, members: new Set(team.map(keyOf)) });
  }
}

async function plantApp(state: State, seed: SeedApp): Promise<string> {
  const { slug, name = slug, id = state.nextId() } = seed;
  // What every app may, whether it asks or not.
  const permissions: Permissions = { metadata: 'read', ...seed.permissions };
  const privateKey = seed.privateKey ?? (await generatePrivateKey());
  const app: App = { id, slug, name, permissions, publicKey: createPublicKey(privateKey), hook: hookOf(state, seed) };
  state.apps.set(slug, app);
  ensureUser(state, `${slug}[bot]`);
  for (const { owner, repos } of seed.installations ?? []) addInstallation(state, app, { owner, repos });
  return privateKey;
}

function hookOf(state: State, { slug, webhookUrl, webhookSecret, events = [] }: SeedApp): Hook {
  if (webhookSecret === undefined && events.length > 0) {
    throw new Error(`The app ${slug} has events and no webhookSecret in the seed. Name one: nothing is sent unsigned.`);
  }
  return { id: state.nextId(), url: webhookUrl, secret: webhookSecret ?? '', events, deliveries: [] };
}

export function addInstallation(
  state: State,
  app: App,
  { owner, repos }: { owner: string; repos: readonly string[] | undefined },
): Installation {
  const installation = { id: state.nextId(), app, account: ensureUser(state, owner).login, repositories: repos };
  state.installations.set(installation.id, installation);
  return installation;
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
    branches: new Map(),
    collaborators: new Map(collaborators.map(([login, role]) => [login.toLowerCase(), role])),
    customRoles: new Map(Object.entries(seed.customRoles ?? {}).map(([login, role]) => [login.toLowerCase(), role])),
    labels: new Map(),
    threads: new Map(),
    checks: new Map(),
  };
  state.repositories.set(repositoryKey(owner, seed.name), repository);
  plantBranches(repository, seed);
  for (const label of seed.labels ?? []) addLabel(state, repository, { name: label });
  for (const issue of seed.issues ?? []) addThread(state, repository, issue);
}

/** Branches come into being with their first mention: the default one as given, others with its files. */
function plantBranches(repository: Repository, { files = {}, branches = {} }: SeedRepository): void {
  repository.branches.set(repository.defaultBranch, { sha: newSha(), files: new Map(Object.entries(files)) });
  for (const [name, changes] of Object.entries(branches)) {
    const { files: changed } = ensureBranch(repository, name);
    for (const [path, text] of Object.entries(changes)) changed.set(path, text);
  }
}

function ensureBranch(repository: Repository, name: string): Branch {
  const files = repository.branches.get(repository.defaultBranch)?.files ?? [];
  const branch = repository.branches.get(name) ?? { sha: newSha(), files: new Map(files) };
  repository.branches.set(name, branch);
  return branch;
}

function plantPull(state: State, repository: Repository, seed: SeedPull): void {
  const here = `${repository.owner}/${repository.name}`;
  const side = (given: SeedPull['head']): PullSide => {
    const place = { repository: here, ...given };
    const holder = state.repositories.get(place.repository.toLowerCase());
    if (holder) ensureBranch(holder, place.ref).sha = place.sha;
    return place;
  };
  const { draft = false, files = [] } = seed;
  const sides = { head: side(seed.head), base: side(seed.base) };
  addThread(state, repository, { ...seed, pull: { ...sides, draft, files, reviews: [], comments: [] } });
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

export function addThread(state: State, repository: Repository, seed: SeedThread & { readonly pull: Pull }): PullThread;
export function addThread(state: State, repository: Repository, seed: SeedThread & { readonly pull?: Pull }): Thread;
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
