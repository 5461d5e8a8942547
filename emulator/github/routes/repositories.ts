import { createHash } from 'node:crypto';
import { demand, roleOf, visibleRepository } from '../access.ts';
import { page, textIn, type Api, type World } from '../api.ts';
import { invalid, notFound } from '../problem.ts';
import { presentLabel, presentRepository, repositoryApiUrl, repositoryHtmlUrl } from '../present/repository.ts';
import { presentUser } from '../present/user.ts';
import { addLabel } from '../seed.ts';
import type { Repository, Role } from '../state.ts';

/** `permission` knows four levels; the finer `role_name` stands beside it. */
const LEGACY_PERMISSION: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

export function serveRepositories(api: Api, world: World): void {
  api.get('/repos/:owner/:repo', (c) => c.json(presentRepository(world, visibleRepository(c, world))));
  api.get('/repos/:owner/:repo/collaborators/:username/permission', (c) => {
    const repository = visibleRepository(c, world);
    // Asking takes push access; an installation needs metadata, which every one has.
    demand(c, world, repository, { role: 'write', permissions: ['metadata=read'] });
    const user = world.state.users.get(c.req.param('username').toLowerCase());
    if (!user) throw notFound();
    const role = roleOf(world.state, repository, user.login);
    return c.json({
      permission: LEGACY_PERMISSION[role],
      role_name: role,
      user: { ...presentUser(world, user.login), role_name: role },
    });
  });
  api.get('/repos/:owner/:repo/labels', (c) => {
    const repository = visibleRepository(c, world);
    const labels = page(c, [...repository.labels.values()]);
    return c.json(labels.map((label) => presentLabel(world, repository, label)));
  });
  api.post('/repos/:owner/:repo/labels', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'write', permissions: ['issues=write', 'pull_requests=write'] });
    const body = c.get('body');
    const name = textIn(body, 'name') ?? '';
    if (repository.labels.has(name.toLowerCase())) {
      throw invalid([{ resource: 'Label', code: 'already_exists', field: 'name' }]);
    }
    const color = textIn(body, 'color');
    const label = addLabel(world.state, repository, { name, ...(color !== undefined && { color }) });
    return c.json(presentLabel(world, repository, label), 201);
  });
  serveContents(api, world);
}

/** Files of the default branch; every other ref is unknown here. */
function serveContents(api: Api, world: World): void {
  api.get('/repos/:owner/:repo/contents/:path{.+}', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, { role: 'read', permissions: ['contents=read'] });
    const path = c.req.param('path');
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const text = repository.files.get(path);
    if (text === undefined || ref !== repository.defaultBranch) throw notFound();
    const accept = c.req.header('accept') ?? '';
    if (/application\/vnd\.github(\.v3)?\.raw/.test(accept)) {
      return c.body(text, 200, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
    }
    return c.json(presentContent(world, repository, path, text));
  });
}

function presentContent(world: World, repository: Repository, path: string, text: string) {
  const bytes = Buffer.from(text);
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const url = `${repositoryApiUrl(world, repository)}/contents/${path}?ref=${repository.defaultBranch}`;
  const gitUrl = `${repositoryApiUrl(world, repository)}/git/blobs/${sha}`;
  const html = `${repositoryHtmlUrl(world, repository)}/blob/${repository.defaultBranch}/${path}`;
  return {
    type: 'file',
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: bytes.length,
    encoding: 'base64',
    content: bytes.toString('base64'),
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: html.replace('/blob/', '/raw/'),
    _links: { self: url, git: gitUrl, html },
  };
}
