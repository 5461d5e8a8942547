import { demand, visibleRepository } from '../access.ts';
import { numberIn, page, textIn, type Api, type ApiContext, type World } from '../api.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { forbidden, notFound } from '../problem.ts';
import { repositoryApiUrl, repositoryHtmlUrl } from '../present/repository.ts';
import { nodeId, presentApp } from '../present/user.ts';
import { timestamp, type CheckRun, type Repository } from '../state.ts';

const READ = { role: 'read', permissions: ['checks=read'] } as const;
const WRITE = { role: 'read', permissions: ['checks=write'] } as const;

export function serveChecks(api: Api, world: World): void {
  api.post('/repos/:owner/:repo/check-runs', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, WRITE);
    const body = c.get('body');
    const check: CheckRun = {
      id: world.state.nextId(),
      headSha: textIn(body, 'head_sha') ?? '',
      app: appOf(c),
      fields: completed({ status: 'queued', started_at: timestamp(), ...body }),
    };
    repository.checks.set(check.id, check);
    return c.json(present(world, repository, check), 201);
  });
  api.get('/repos/:owner/:repo/check-runs/:id', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, READ);
    return c.json(present(world, repository, checkIn(c, repository)));
  });
  api.patch('/repos/:owner/:repo/check-runs/:id', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, WRITE);
    const known = checkIn(c, repository);
    // One app may not touch another's run.
    if (known.app !== appOf(c))
      throw forbidden('Invalid app_id `undefined` - check run can only be modified by the GitHub App that created it.');
    const check = { ...known, fields: completed({ ...known.fields, ...c.get('body') }) };
    repository.checks.set(check.id, check);
    return c.json(present(world, repository, check));
  });
  api.get('/repos/:owner/:repo/commits/:ref{.+}/check-runs', (c) => {
    const repository = visibleRepository(c, world);
    demand(c, world, repository, READ);
    const name = c.req.query('check_name');
    const found = [...repository.checks.values()]
      .filter((check) => check.headSha === c.req.param('ref'))
      .filter((check) => name === undefined || check.fields.name === name);
    const runs = page(c, found).map((check) => present(world, repository, check));
    return c.json({ total_count: found.length, check_runs: runs });
  });
}

/** Check runs belong to apps; a person's token cannot write one. */
function appOf(c: ApiContext): string {
  const actor = c.get('actor');
  if (actor.kind !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
  return actor.app.slug;
}

function checkIn(c: ApiContext, repository: Repository): CheckRun {
  const check = repository.checks.get(numberIn(c, 'id'));
  if (!check) throw notFound();
  return check;
}

/** A conclusion completes the run, whatever status was sent with it. */
function completed(fields: JsonObject): JsonObject {
  if (fields.conclusion === undefined) return fields;
  return { completed_at: timestamp(), ...fields, status: 'completed' };
}

function present(world: World, repository: Repository, { id, headSha, app, fields }: CheckRun): JsonObject {
  const url = `${repositoryApiUrl(world, repository)}/check-runs/${id}`;
  const html = `${repositoryHtmlUrl(world, repository)}/runs/${id}`;
  const output = isObject(fields.output) ? fields.output : {};
  const owner = world.state.apps.get(app);
  return {
    id,
    node_id: nodeId('CheckRun', id),
    head_sha: headSha,
    name: fields.name,
    external_id: fields.external_id ?? '',
    url,
    html_url: html,
    details_url: fields.details_url ?? html,
    status: fields.status,
    conclusion: fields.conclusion ?? null,
    started_at: fields.started_at,
    completed_at: fields.completed_at ?? null,
    check_suite: { id: 1 },
    app: owner ? presentApp(world, owner) : null,
    pull_requests: [],
    output: {
      title: output.title ?? null,
      summary: output.summary ?? null,
      text: output.text ?? null,
      annotations_count: Array.isArray(output.annotations) ? output.annotations.length : 0,
      annotations_url: `${url}/annotations`,
    },
  };
}
