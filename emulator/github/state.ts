import { randomBytes, type KeyObject } from 'node:crypto';
import type { JsonObject } from './contract/json-schema.ts';

/** What a person may do in a repository, weakest first. `none` cannot even see a private one. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Permissions of an app's installation or of a workflow's GITHUB_TOKEN, e.g. `{ issues: 'write' }`. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  /** Organizations only: role of each member. */
  readonly members: Map<string, 'admin' | 'member'>;
  /** Organizations only: by slug, the logins in lower case of each team. */
  readonly teams: Map<string, Team>;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly members: ReadonlySet<string>;
}

/** One attempt to deliver an event to an app, as `/app/hook/deliveries` tells it. */
export interface Delivery {
  readonly id: number;
  /** The same for an event and all its redeliveries. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly url: string;
  readonly deliveredAt: string;
  /** Seconds until the answer, or until it was given up. */
  readonly duration: number;
  /** `OK` for any 2xx. */
  readonly status: string;
  readonly statusCode: number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly payload: JsonObject;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly response: string;
}

/** Where an app wants its events, and what became of them. */
export interface Hook {
  readonly id: number;
  /** Nothing is sent while undefined. */
  url: string | undefined;
  secret: string;
  readonly events: readonly string[];
  /** Oldest first. */
  readonly deliveries: Delivery[];
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  /** Proves the app's JSON Web Tokens; none for an app nobody can sign in as. */
  readonly publicKey?: KeyObject;
  readonly hook?: Hook;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: string;
  /** Names of the repositories chosen; all of the account's when undefined. */
  readonly repositories: readonly string[] | undefined;
}

export interface Reaction {
  readonly id: number;
  readonly content: string;
  readonly user: string;
  readonly createdAt: string;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface Comment {
  readonly id: number;
  readonly author: string;
  readonly createdAt: string;
  readonly reactions: Reaction[];
  body: string;
  updatedAt: string;
  minimized: boolean;
}

export interface PullSide {
  readonly ref: string;
  /** Moves with the branch while the pull request is open. */
  sha: string;
  /** `owner/name`; a fork's head lives elsewhere. */
  readonly repository: string;
}

export interface ChangedFile {
  readonly filename: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
  readonly patch?: string;
}

export interface Review {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING';
  readonly commitId: string;
  readonly submittedAt: string;
}

/** A comment on a line of the changes. */
export interface ReviewComment {
  readonly id: number;
  readonly author: string;
  readonly createdAt: string;
  /** The review it came with; GitHub makes one for each comment that comes alone. */
  readonly review: number;
  /** As they were sent: `body`, `path`, `line`, `side`, `commit_id`, `in_reply_to`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly reactions: Reaction[];
}

export interface Pull {
  readonly head: PullSide;
  readonly base: PullSide;
  readonly draft: boolean;
  files: readonly ChangedFile[];
  readonly reviews: Review[];
  readonly comments: ReviewComment[];
}

/** An issue, or a pull request when `pull` is there: on GitHub they share numbers, comments and labels. */
export interface Thread {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly createdAt: string;
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly pull?: Pull;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: string[];
  assignees: string[];
  updatedAt: string;
}

/** A thread that is a pull request. */
export type PullThread = Thread & { readonly pull: Pull };

export interface CheckRun {
  readonly id: number;
  readonly headSha: string;
  readonly app: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Branch {
  sha: string;
  readonly files: Map<string, string>;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly branches: Map<string, Branch>;
  readonly collaborators: ReadonlyMap<string, Role>;
  /** Names of the custom roles some collaborators have, by login; `collaborators` has the role they build on. */
  readonly customRoles: ReadonlyMap<string, string>;
  readonly labels: Map<string, Label>;
  readonly threads: Map<number, Thread>;
  readonly checks: Map<number, CheckRun>;
}

/** Who sent a request, as its token says. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly login: string }
  /** The app itself, by its JSON Web Token. `login` is its slug. */
  | { readonly kind: 'app'; readonly login: string; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly login: string;
      readonly app: App;
      /** None for a workflow's GITHUB_TOKEN. */
      readonly installation?: number;
      readonly permissions: Permissions;
      /** `owner/name` of each repository in lower case that the token reaches. */
      readonly repositories: ReadonlySet<string>;
    };

/** Everything the emulated GitHub knows. Keys of users and repositories are lower case, as GitHub compares them. */
export interface State {
  readonly users: Map<string, User>;
  readonly repositories: Map<string, Repository>;
  readonly apps: Map<string, App>;
  readonly installations: Map<number, Installation>;
  readonly tokens: Map<string, Actor>;
  /** The next id; ids are unique over all kinds. */
  nextId(): number;
}

export function createState(): State {
  let last = 1000;
  return {
    users: new Map(),
    repositories: new Map(),
    apps: new Map(),
    installations: new Map(),
    tokens: new Map(),
    nextId: () => (last += 1),
  };
}

/** As if a commit had been made: 40 hexadecimal digits. */
export function newSha(): string {
  return randomBytes(20).toString('hex');
}

export function repositoryKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

/** GitHub's clock has seconds, not milliseconds. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The user of this login, made up as a person (or a bot for `…[bot]`) when nobody seeded it. */
export function ensureUser(state: State, login: string, type?: User['type']): User {
  const key = login.toLowerCase();
  const known = state.users.get(key);
  if (known) return known;
  const guessed = login.endsWith('[bot]') ? 'Bot' : 'User';
  const user: User = { id: state.nextId(), login, type: type ?? guessed, members: new Map(), teams: new Map() };
  state.users.set(key, user);
  return user;
}

/** A new token: `ghp` for people, `ghs` for installations. */
export function issueToken(state: State, prefix: 'ghp' | 'ghs', actor: Actor): string {
  const token = `${prefix}_${randomBytes(18).toString('hex')}`;
  state.tokens.set(token, actor);
  return token;
}
