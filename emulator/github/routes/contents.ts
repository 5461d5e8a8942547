import { createHash } from 'node:crypto';
import { demand, loginOf, visibleRepository } from '../access.ts';
import { textIn, type Api, type ApiContext, type World } from '../api.ts';
import { changedFiles } from '../changed-files.ts';
import { invalidRequest, notFound, Problem } from '../problem.ts';
import { repositoryApiUrl, repositoryHtmlUrl } from '../present/repository.ts';
import { newSha, repositoryKey, type Branch, type Repository } from '../state.ts';
import { announceThread, isPull } from '../webhooks/announce.ts';
import { announcePush } from '../webhooks/announce-push.ts';

/** A file of a branch. */
interface Place {
  readonly repository: Repository;
  readonly ref: string;
  readonly path: string;
}

/** Files of branches, by the branch's name or its newest commit; folders and older commits are unknown here. */
export function serveContents(api: Api, world: World): void {
  const route = '/repos/:owner/:repo/contents/:path{.+}';
  api.get(route, (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['contents=read'] });
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const path = c.req.param('path');
    const text = branchOf(repository, ref)?.files.get(path);
    if (text === undefined) throw notFound();
    if (/application\/vnd\.github(\.v3)?\.raw/.test(c.req.header('accept') ?? '')) {
      return c.body(text, 200, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
    }
    return c.json({ ...presentFile(world, { repository, ref, path }, text), ...contentOf(text) });
  });
  api.put(route, (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['contents=write'] });
    const ref = textIn(c.get('body'), 'branch') ?? repository.defaultBranch;
    const branch = repository.branches.get(ref);
    if (!branch) throw new Problem(404, { message: `Branch ${ref} not found` });
    return commitFile(c, world, { repository, ref, path: c.req.param('path') }, branch);
  });
}

function commitFile(c: ApiContext, world: World, place: Place, branch: Branch): Response {
  const { repository, ref, path } = place;
  const body = c.get('body');
  const known = branch.files.get(path);
  const given = textIn(body, 'sha');
  if (known !== undefined && given === undefined) throw invalidRequest(['"sha" wasn\'t supplied.']);
  if (given !== undefined && given !== (known === undefined ? undefined : blobSha(known))) {
    throw new Problem(409, { message: `${path} does not match ${given}` });
  }
  const text = Buffer.from(textIn(body, 'content') ?? '', 'base64').toString();
  const message = textIn(body, 'message') ?? '';
  const before = branch.sha;
  branch.files.set(path, text);
  branch.sha = newSha();
  const sender = loginOf(c.get('actor'));
  const commit = { message, added: known === undefined ? [path] : [], modified: known === undefined ? [] : [path] };
  announcePush(world, { repository, sender, branch: ref, before, after: branch.sha, commit });
  moveHeads(world, place, { branch, before, sender });
  const shown = { sha: branch.sha, message, html_url: `${repositoryHtmlUrl(world, repository)}/commit/${branch.sha}` };
  return c.json({ content: presentFile(world, place, text), commit: shown }, known === undefined ? 201 : 200);
}

/** Open pull requests from a branch follow it. */
function moveHeads(
  world: World,
  { repository: pushed, ref }: Place,
  { branch, before, sender }: { branch: Branch; before: string; sender: string },
): void {
  const key = repositoryKey(pushed.owner, pushed.name);
  for (const repository of world.state.repositories.values()) {
    for (const thread of [...repository.threads.values()].filter(isPull)) {
      const { head, base, files } = thread.pull;
      if (thread.state !== 'open' || head.ref !== ref || head.repository.toLowerCase() !== key) continue;
      head.sha = branch.sha;
      const changed = changedFiles(repository.branches.get(base.ref)?.files ?? new Map(), branch.files);
      // A seeded pull request says what it changes itself; only what was pushed since is known from the branches.
      const names = new Set(changed.map(({ filename }) => filename));
      thread.pull.files = [...files.filter(({ filename }) => !names.has(filename)), ...changed];
      announceThread(world, { repository, thread, sender }, { action: 'synchronize', before, after: branch.sha });
    }
  }
}

function branchOf({ branches, defaultBranch }: Repository, ref: string): Branch | undefined {
  const name = ref === 'HEAD' ? defaultBranch : ref.replace(/^refs\/heads\//, '');
  return branches.get(name) ?? [...branches.values()].find(({ sha }) => sha === ref);
}

/** GitHub's `content-file`, but for the content. */
function presentFile(world: World, { repository, ref, path }: Place, text: string) {
  const sha = blobSha(text);
  const url = `${repositoryApiUrl(world, repository)}/contents/${path}?ref=${ref}`;
  const gitUrl = `${repositoryApiUrl(world, repository)}/git/blobs/${sha}`;
  const html = `${repositoryHtmlUrl(world, repository)}/blob/${ref}/${path}`;
  return {
    type: 'file',
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: Buffer.byteLength(text),
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: html.replace('/blob/', '/raw/'),
    _links: { self: url, git: gitUrl, html },
  };
}

function contentOf(text: string) {
  return { encoding: 'base64', content: Buffer.from(text).toString('base64') };
}

function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
