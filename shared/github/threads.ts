import type { ThreadsPort } from '../ports/forge.ts';
import type { LogPort } from '../ports/log.ts';
import { commentFrom, isPullRequest, issueFrom, labelsOf } from './rows.ts';
import { list, refuseTooLong, repositoryPath, type Send, threadPath } from './send.ts';

/** GitHub's limit for the body of an issue or a comment; past it the answer is 422. */
const MAX_BODY_CHARS = 65_536;

/** Issues, pull requests and their comments over REST; to GitHub's API a pull request's thread is an issue's. */
export function threadsOver(send: Send, log: LogPort): Omit<ThreadsPort, 'viewer'> {
  const write: Send = async (method, path, parameters, read) => {
    if (typeof parameters['body'] === 'string') refuseTooLong(method, path, parameters['body'], MAX_BODY_CHARS);
    return send(method, path, parameters, read);
  };
  return {
    async *listComments(thread) {
      for await (const row of list(send, `${threadPath(thread)}/comments`)) yield commentFrom(row);
    },
    createComment: (thread, body) => write('POST', `${threadPath(thread)}/comments`, { body }, commentFrom),
    updateComment: (repository, commentId, body) =>
      write('PATCH', `${repositoryPath(repository)}/issues/comments/${commentId}`, { body }, commentFrom),
    async *listOpenIssues(repository, labels) {
      const query = labels.length === 0 ? { state: 'open' } : { state: 'open', labels: labels.join(',') };
      for await (const row of list(send, `${repositoryPath(repository)}/issues`, query)) {
        if (!isPullRequest(row)) yield issueFrom(row);
      }
    },
    async createIssue(repository, { title, body, labels }) {
      const path = `${repositoryPath(repository)}/issues`;
      return write('POST', path, { title, body, labels }, (data) => {
        const issue = issueFrom(data);
        warnOfDroppedLabels(log, issue.url, labels, labelsOf(data));
        return issue;
      });
    },
    updateIssue: (thread, { body }) => write('PATCH', threadPath(thread), { body }, issueFrom),
  };
}

/** Without push access GitHub drops labels silently, and an issue that is found by its label is never found again. */
function warnOfDroppedLabels(log: LogPort, url: string, wanted: readonly string[], kept: readonly string[]): void {
  const has = new Set(kept.map((label) => label.toLowerCase()));
  const dropped = wanted.filter((label) => !has.has(label.toLowerCase()));
  if (dropped.length === 0) return;
  log.warning(
    `GitHub dropped the labels ${dropped.join(', ')} from ${url}: the token may not set labels. Add them by hand.`,
  );
}
