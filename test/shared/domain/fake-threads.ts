import type { RepositoryName, Thread } from '../../../shared/model/thread.ts';
import { ForgeError, WriteInDoubtError } from '../../../shared/ports/forge-error.ts';
import type { Comment, Issue, ThreadsPort } from '../../../shared/ports/forge.ts';

export const BOT = 'rebyte[bot]';
export const REPOSITORY: RepositoryName = { owner: 'acme', repo: 'app' };
export const THREAD: Thread = { ...REPOSITORY, number: 7 };

interface StoredIssue extends Issue {
  readonly labels: readonly string[];
}

/** Threads in memory. `writes` tells what was written; the next creation can be made to lose its answer. */
export class FakeThreads implements ThreadsPort {
  login: string | undefined = BOT;
  comments: Comment[] = [];
  issues: StoredIssue[] = [];
  readonly writes: string[] = [];
  /**
   * `kept`: what is created next is there, but the answer is lost. `dropped`: it is not there either. `late`: it is there
   * once it lands. `refused`: it is not there, and never will be.
   */
  nextCreation: 'answered' | 'kept' | 'dropped' | 'late' | 'refused' = 'answered';
  /** Creates what is late. */
  land: () => void = () => undefined;
  #lastId = 100;

  async viewer(): Promise<string | undefined> {
    return await Promise.resolve(this.login);
  }

  async *listComments(thread: Thread): AsyncGenerator<Comment> {
    await Promise.resolve();
    yield* this.comments.filter((comment) => comment.url.includes(`/${thread.number}#`));
  }

  async createComment(thread: Thread, body: string): Promise<Comment> {
    const id = ++this.#lastId;
    const url = `https://github.com/${thread.owner}/${thread.repo}/issues/${thread.number}#c${id}`;
    return await this.#create(`create comment ${id}`, () => this.add({ id, body, url, author: BOT }));
  }

  add(comment: Comment): Comment {
    this.comments.push(comment);
    return comment;
  }

  async updateComment(_repository: RepositoryName, id: number, body: string): Promise<Comment> {
    const index = this.comments.findIndex((comment) => comment.id === id);
    const comment = this.comments[index];
    if (comment === undefined) throw await gone(`comments/${id}`);
    this.writes.push(`update comment ${id}`);
    return (this.comments[index] = { ...comment, body });
  }

  async *listOpenIssues(_repository: RepositoryName, labels: readonly string[]): AsyncGenerator<Issue> {
    await Promise.resolve();
    yield* this.issues.filter((issue) => labels.every((label) => issue.labels.includes(label)));
  }

  async createIssue(
    repository: RepositoryName,
    issue: { title: string; body: string; labels: readonly string[] },
  ): Promise<Issue> {
    const number = ++this.#lastId;
    const stored = { ...issue, number, author: BOT, url: `https://github.com/${repository.owner}/x/issues/${number}` };
    return await this.#create(`create issue ${number}`, () => {
      this.issues.push(stored);
      return stored;
    });
  }

  async updateIssue(thread: Thread, { body }: { body: string }): Promise<Issue> {
    const index = this.issues.findIndex((issue) => issue.number === thread.number);
    const issue = this.issues[index];
    if (issue === undefined) throw await gone(`issues/${thread.number}`);
    this.writes.push(`update issue ${thread.number}`);
    return (this.issues[index] = { ...issue, body });
  }

  async #create<T>(what: string, store: () => T): Promise<T> {
    const fate = this.nextCreation;
    this.nextCreation = 'answered';
    await Promise.resolve();
    if (fate === 'refused') throw new ForgeError('not valid', { method: 'POST', path: what, status: 422 });
    if (fate === 'late') this.land = () => void store();
    if (fate === 'dropped' || fate === 'late') throw new WriteInDoubtError('reset', { method: 'POST', path: what });
    this.writes.push(what);
    const stored = store();
    if (fate === 'kept') throw new WriteInDoubtError('reset', { method: 'POST', path: what });
    return stored;
  }
}

async function gone(path: string): Promise<ForgeError> {
  return await Promise.resolve(new ForgeError('Not Found', { method: 'PATCH', path, status: 404 }));
}
