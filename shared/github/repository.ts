import { ForgeError } from '../ports/forge-error.ts';
import type { Thread } from '../model/thread.ts';
import type { FileContent, ReactionTarget, RepositoryPort } from '../ports/forge.ts';
import { changedFileFrom, fileFrom, isPullRequest, issueFrom, pullRequestFrom } from './rows.ts';
import { list, type Parameters, repositoryPath, type Send, threadPath } from './send.ts';

/** Files, issues, pull requests and reactions over REST. */
export function repositoryOver(send: Send): RepositoryPort {
  return {
    readFile: (repository, path, { ref, etag } = {}) => {
      const url = `${repositoryPath(repository)}/contents/${path.split('/').map(encodeURIComponent).join('/')}`;
      const parameters = {
        ...(ref !== undefined && { ref }),
        // A "not modified" does not count against the hourly limit.
        ...(etag !== undefined && { headers: { 'if-none-match': etag } }),
      };
      return readContents(send, url, parameters);
    },
    getThread: (thread) =>
      send('GET', threadPath(thread), {}, (data) => ({ ...issueFrom(data), isPullRequest: isPullRequest(data) })),
    getPullRequest: (thread) => send('GET', pullPath(thread), {}, pullRequestFrom),
    async *listChangedFiles(thread) {
      for await (const row of list(send, `${pullPath(thread)}/files`)) yield changedFileFrom(row);
    },
    react: (target, content) => send('POST', `${targetPath(target)}/reactions`, { content }, () => undefined),
  };
}

/** JSON, not the raw media type: that one does not say the file's web address, and answers a folder with a list. */
async function readContents(
  send: Send,
  path: string,
  parameters: Parameters,
): Promise<FileContent | 'unchanged' | undefined> {
  try {
    const { file, etag } = await send('GET', path, parameters, (data, headers) => ({
      file: fileFrom(data),
      etag: String(headers['etag'] ?? ''),
    }));
    if (file === undefined) return undefined;
    if (file.size > 0 && file.text === '') throw tooLarge(path, file.size);
    return { text: file.text, etag, url: file.url };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    if (error.status === 304) return 'unchanged';
    if (error.status === 404) return undefined;
    throw error;
  }
}

/** GitHub leaves the content out of its JSON above 1 MB. */
function tooLarge(path: string, bytes: number): ForgeError {
  return new ForgeError(`GET ${path} gave no content: the file has ${bytes} bytes and at most 1 MB is read.`, {
    method: 'GET',
    path,
    passes: false,
  });
}

function pullPath(thread: Thread): string {
  return `${repositoryPath(thread)}/pulls/${thread.number}`;
}

function targetPath(target: ReactionTarget): string {
  const repository = repositoryPath(target);
  if (target.kind === 'thread') return `${repository}/issues/${target.id}`;
  return `${repository}/${target.kind === 'comment' ? 'issues' : 'pulls'}/comments/${target.id}`;
}
