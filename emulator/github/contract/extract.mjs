// Cuts GitHub's own REST description (13 MB) down to the operations and webhooks in operations.json and what they refer to.
// Run by hand when that list changes, with GitHub's package in a temporary folder (it is 385 MB, so not a dependency):
//   cd "$(mktemp -d)" && npm i @octokit/openapi && node <repo>/emulator/github/contract/extract.mjs "$PWD"
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PROSE = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'x-github', 'tags', 'title']);

/** Drops the prose. Inside a `properties` map the keys are names of fields, so `description` and `title` stay there. */
function withoutProse(value, insideProperties = false) {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => insideProperties || !PROSE.has(key));
  return Object.fromEntries(
    kept.map(([key, item]) => [key, withoutProse(item, !insideProperties && key === 'properties')]),
  );
}

function* refsIn(value) {
  if (value === null || typeof value !== 'object') return;
  if (typeof value.$ref === 'string') yield value.$ref;
  for (const item of Object.values(value)) yield* refsIn(item);
}

function extract(api, wanted) {
  const out = {
    openapi: api.openapi,
    info: { version: api.info.version },
    paths: {},
    'x-webhooks': {},
    components: {},
  };
  const follow = (value) => {
    for (const ref of refsIn(value)) {
      const [, , section, name] = ref.split('/');
      out.components[section] ??= {};
      if (section === 'examples' || name in out.components[section]) continue;
      out.components[section][name] = withoutProse(api.components[section][name]);
      follow(out.components[section][name]);
    }
    return value;
  };
  for (const operation of wanted.operations) {
    const [verb, route] = operation.split(' ');
    const found = api.paths[route]?.[verb.toLowerCase()];
    if (!found) throw new Error(`GitHub's description has no ${operation}. Correct operations.json.`);
    const enabledForGitHubApps = found['x-github']?.enabledForGitHubApps !== false;
    out.paths[route] ??= {};
    out.paths[route][verb.toLowerCase()] = { ...follow(withoutProse(found)), 'x-github': { enabledForGitHubApps } };
  }
  for (const name of wanted.webhooks) {
    const found = api['x-webhooks'][name];
    if (!found) throw new Error(`GitHub's description has no webhook ${name}. Correct operations.json.`);
    out['x-webhooks'][name] = follow(withoutProse(found));
  }
  return out;
}

const folder = process.argv[2];
if (!folder) throw new Error('Name the folder in which @octokit/openapi is installed.');
const description = path.join(folder, 'node_modules/@octokit/openapi/generated/api.github.com.json');
const wanted = JSON.parse(readFileSync(new URL('operations.json', import.meta.url), 'utf8'));
const extracted = JSON.stringify(extract(JSON.parse(readFileSync(description, 'utf8')), wanted));
writeFileSync(new URL('github-openapi.json', import.meta.url), `${extracted}\n`);
process.stdout.write(
  `github-openapi.json: ${wanted.operations.length} operations, ${Math.round(extracted.length / 1024)} KB\n`,
);
