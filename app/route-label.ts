/** The fixed parts of the paths of GitHub's and Rebyte's API; everything else in a path is somebody's name or id. */
const WORDS = new Set(
  (
    'access_tokens agent-computers app artifacts attempts cancel check-runs collaborators comments content contents deliveries ' +
    'events files graphql hook installation installations issues labels memberships orgs permission prompts public_key ' +
    'pulls reactions repos repositories reviews tasks teams upload-url user users visibility webhooks workspaces'
  ).split(' '),
);

/** After these come so many names, which can be spelt like one of the words. */
const NAMES_AFTER: Readonly<Record<string, number>> = { repos: 2, orgs: 1, teams: 1, memberships: 1, collaborators: 1 };

/** A path as a label of few values: names and ids become `*`, a file's whole path one `*`. */
export function routeLabel(path: string): string {
  const pathname = URL.canParse(path) ? new URL(path).pathname : (path.split('?')[0] ?? '');
  const shown: string[] = [];
  let names = 0;
  for (const part of pathname
    .replace(/^\/(?:api\/v3|v1)(?=\/)/, '')
    .split('/')
    .slice(1)) {
    const isWord = names === 0 && WORDS.has(part);
    shown.push(isWord ? part : '*');
    if (isWord && part === 'contents') return `/${shown.join('/')}/*`;
    names = isWord ? (NAMES_AFTER[part] ?? 0) : Math.max(0, names - 1);
  }
  return `/${shown.join('/')}`;
}
