import type {
  ChangedFile,
  CheckRun,
  FileContent,
  Forge,
  Issue,
  PullRequestFacts,
  ReactionContent,
  ReactionTarget,
} from '../../../../shared/ports/forge.ts';
import { ForgeError } from '../../../../shared/ports/forge-error.ts';
import type { RepositoryName, Thread } from '../../../../shared/model/thread.ts';
import { FakeThreads } from '../fake-threads.ts';

/** GitHub in memory, as one installation sees it. `calls` tells what was asked and written, in order. */
export class FakeForge extends FakeThreads implements Forge {
  /** By login. Whoever is not named holds `read`, as on a public repository. */
  roles: Record<string, { role: string; permission: string }> = {};
  /** `org/team login`. */
  members: readonly string[] = [];
  /** Text of `.github/rebyte.yml`. */
  config: string | undefined;
  /** Thrown by the permission API. */
  permissionError: Error | undefined;
  readonly calls: string[] = [];
  readonly #reactions = new Set<string>();

  async roleOf(_repository: RepositoryName, login: string): Promise<{ role: string; permission: string }> {
    this.calls.push(`role of ${login}`);
    await Promise.resolve();
    if (this.permissionError !== undefined) throw this.permissionError;
    return this.roles[login] ?? { role: 'read', permission: 'read' };
  }

  async isTeamMember(org: string, teamSlug: string, login: string): Promise<boolean> {
    this.calls.push(`member of ${org}/${teamSlug}: ${login}`);
    return await Promise.resolve(this.members.includes(`${org}/${teamSlug} ${login}`));
  }

  async readFile(
    repository: RepositoryName,
    path: string,
    options: { etag?: string } = {},
  ): Promise<FileContent | 'unchanged' | undefined> {
    this.calls.push(`read ${path}`);
    await Promise.resolve();
    if (this.config === undefined || path !== '.github/rebyte.yml') return undefined;
    const etag = `"${Buffer.from(this.config).toString('base64url')}"`;
    if (options.etag === etag) return 'unchanged';
    const url = `https://github.com/${repository.owner}/${repository.repo}/blob/main/${path}`;
    return { text: this.config, etag, url };
  }

  async react(target: ReactionTarget, content: ReactionContent): Promise<void> {
    const reaction = `react ${content} on ${target.kind} ${target.id}`;
    if (!this.#reactions.has(reaction)) this.writes.push(reaction);
    this.#reactions.add(reaction);
    await Promise.resolve();
  }

  async getPullRequest(thread: Thread): Promise<PullRequestFacts> {
    this.calls.push(`pull request ${thread.number}`);
    return await Promise.resolve({
      number: thread.number,
      author: 'grace',
      headSha: 'c0ffee',
      headBranch: 'feature',
      headRepository: `${thread.owner}/${thread.repo}`,
      headIsPrivate: false,
      baseBranch: 'main',
      baseSha: 'beef',
    });
  }

  async getThread(thread: Thread): Promise<Issue & { isPullRequest: boolean }> {
    return await Promise.reject(unexpected(`thread ${thread.number}`));
  }

  // eslint-disable-next-line require-yield
  async *listChangedFiles(thread: Thread): AsyncGenerator<ChangedFile> {
    await Promise.reject(unexpected(`files of ${thread.number}`));
  }

  async createCheck(): Promise<CheckRun> {
    return await Promise.reject(unexpected('a check run'));
  }

  async findCheck(): Promise<CheckRun | undefined> {
    return await Promise.reject(unexpected('a check run'));
  }

  async updateCheck(): Promise<CheckRun> {
    return await Promise.reject(unexpected('a check run'));
  }
}

function unexpected(what: string): ForgeError {
  return new ForgeError(`Taking in a trigger never asks for ${what}.`, { method: 'GET', path: what, status: 400 });
}
