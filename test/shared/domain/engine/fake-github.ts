import type {
  ChangedFile,
  CheckRun,
  CheckRunState,
  FileContent,
  Forge,
  Issue,
  PullRequestFacts,
  ReactionContent,
  ReactionTarget,
} from '../../../../shared/ports/forge.ts';
import type { ForgeError } from '../../../../shared/ports/forge-error.ts';
import type { RepositoryName, Thread } from '../../../../shared/model/thread.ts';
import { FakeThreads } from '../fake-threads.ts';

/** GitHub in memory, as one installation sees it. Everybody's thread is issue or pull request 7. */
export class FakeGitHub extends FakeThreads implements Forge {
  /** Text of `.github/rebyte.yml`. */
  config: string | undefined;
  opening = { title: 'The build is slow', body: 'It takes an hour.', author: 'grace' };
  files: ChangedFile[] = [{ path: 'src/a.ts', status: 'modified', additions: 3, deletions: 1 }];
  pull: PullRequestFacts = {
    number: 7,
    author: 'grace',
    headSha: 'c0ffee',
    headBranch: 'feature',
    headRepository: 'acme/app',
    headIsPrivate: false,
    baseBranch: 'main',
    baseSha: 'beef',
  };
  checks: (CheckRunState & { id: number; sha: string })[] = [];
  checkError: ForgeError | undefined;
  readonly reactions = new Set<string>();

  async roleOf(): Promise<{ role: string; permission: string }> {
    return await Promise.resolve({ role: 'write', permission: 'write' });
  }

  async isTeamMember(): Promise<boolean> {
    return await Promise.resolve(false);
  }

  async readFile(
    repository: RepositoryName,
    path: string,
    options: { etag?: string } = {},
  ): Promise<FileContent | 'unchanged' | undefined> {
    await Promise.resolve();
    if (this.config === undefined || path !== '.github/rebyte.yml') return undefined;
    const etag = `"${Buffer.from(this.config).toString('base64url')}"`;
    if (options.etag === etag) return 'unchanged';
    return { text: this.config, etag, url: `https://github.com/${repository.owner}/${repository.repo}/${path}` };
  }

  async getThread(thread: Thread): Promise<Issue & { isPullRequest: boolean }> {
    const url = `https://github.com/acme/app/issues/${thread.number}`;
    return await Promise.resolve({ ...this.opening, number: thread.number, url, isPullRequest: false });
  }

  async getPullRequest(): Promise<PullRequestFacts> {
    return await Promise.resolve(this.pull);
  }

  async *listChangedFiles(): AsyncGenerator<ChangedFile> {
    await Promise.resolve();
    yield* this.files;
  }

  async react(target: ReactionTarget, content: ReactionContent): Promise<void> {
    this.reactions.add(`${content} on ${target.kind} ${target.id}`);
    this.writes.push(`react ${content}`);
    await Promise.resolve();
  }

  async createCheck(_repository: RepositoryName, sha: string, state: CheckRunState): Promise<CheckRun> {
    await Promise.resolve();
    if (this.checkError !== undefined) throw this.checkError;
    const id = this.checks.length + 1;
    this.checks.push({ ...state, id, sha });
    this.writes.push(`create check ${id}`);
    return { id, url: `https://github.com/checks/${id}` };
  }

  async findCheck(_repository: RepositoryName, sha: string, externalId: string): Promise<CheckRun | undefined> {
    await Promise.resolve();
    const found = this.checks.findLast((check) => check.sha === sha && check.externalId === externalId);
    return found && { id: found.id, url: `https://github.com/checks/${found.id}` };
  }

  async updateCheck(_repository: RepositoryName, id: number, state: CheckRunState): Promise<CheckRun> {
    const index = this.checks.findIndex((check) => check.id === id);
    this.checks[index] = { ...this.checks[index]!, ...state };
    this.writes.push(`update check ${id}`);
    return await Promise.resolve({ id, url: `https://github.com/checks/${id}` });
  }

  /** Somebody writes in thread 7. */
  say(author: string, body: string): void {
    const id = 200 + this.comments.length;
    this.add({ id, body, author, url: `https://github.com/acme/app/issues/7#c${id}` });
  }
}
