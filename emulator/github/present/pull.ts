import { blank } from '../contract/blank.ts';
import type { JsonObject } from '../contract/json-schema.ts';
import type { World } from '../api.ts';
import type { ChangedFile, Pull, PullSide, Repository, Thread } from '../state.ts';
import { presentRepository, repositoryApiUrl, repositoryHtmlUrl } from './repository.ts';
import { presentThread, pullLinks } from './thread.ts';
import { presentUser } from './user.ts';

/** GitHub's `pull-request`, which has every field of `pull-request-simple`. */
export function presentPull(world: World, repository: Repository, thread: Thread & { pull: Pull }): JsonObject {
  const links = pullLinks(world, repository, thread.number);
  const repositoryUrl = repositoryApiUrl(world, repository);
  const issueUrl = `${repositoryUrl}/issues/${thread.number}`;
  const { head, base, draft, files } = thread.pull;
  const sum = (count: (file: ChangedFile) => number) => files.reduce((total, file) => total + count(file), 0);
  return {
    ...blank('pull-request'),
    ...presentThread(world, repository, thread),
    ...links,
    issue_url: issueUrl,
    comments_url: `${issueUrl}/comments`,
    commits_url: `${String(links.url)}/commits`,
    review_comments_url: `${String(links.url)}/comments`,
    statuses_url: `${repositoryUrl}/statuses/${head.sha}`,
    head: presentSide(world, head),
    base: presentSide(world, base),
    _links: {
      self: { href: links.url },
      html: { href: links.html_url },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${String(links.url)}/comments` },
      review_comment: { href: `${repositoryUrl}/pulls/comments{/number}` },
      commits: { href: `${String(links.url)}/commits` },
      statuses: { href: `${repositoryUrl}/statuses/${head.sha}` },
    },
    draft,
    comments: thread.comments.length,
    commits: 1,
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: files.length,
  };
}

/** A fork that is gone has `repo: null`, as on GitHub. */
function presentSide(world: World, side: PullSide): JsonObject {
  const repository = world.state.repositories.get(side.repository.toLowerCase());
  const [owner = ''] = side.repository.split('/');
  return {
    label: `${owner}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: presentUser(world, owner),
    repo: repository ? presentRepository(world, repository) : null,
  };
}

/** GitHub's `diff-entry`. */
export function presentFile(world: World, repository: Repository, { pull, file }: { pull: Pull; file: ChangedFile }) {
  const html = repositoryHtmlUrl(world, repository);
  return {
    ...file,
    sha: pull.head.sha,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${pull.head.sha}/${file.filename}`,
    raw_url: `${html}/raw/${pull.head.sha}/${file.filename}`,
    contents_url: `${repositoryApiUrl(world, repository)}/contents/${file.filename}?ref=${pull.head.sha}`,
  };
}
