/** The fixed parts of the paths of GitHub's and Rebyte's API; everything else in a path is somebody's name or id. */
const WORDS = new Set(
  (
    'access_tokens agent-computers app artifacts attempts cancel check-runs collaborators comments contents deliveries ' +
    'events files graphql hook installation installations issues labels memberships orgs permission prompts public_key ' +
    'pulls reactions repos repositories reviews tasks teams upload-url user users visibility webhooks workspaces'
  ).split(' '),
);

/** A path as a label of few values: names and ids become `*`, a file's folders one `*`. */
export function routeLabel(path: string): string {
  const pathname = (URL.canParse(path) ? new URL(path).pathname : (path.split('?')[0] ?? '')).replace(
    /^\/(?:api\/v3|v1)(?=\/)/,
    '',
  );
  const parts = pathname.split('/').filter((part) => part !== '');
  const file = parts[0] === 'repos' ? parts.indexOf('contents', 3) : -1;
  const shown = file === -1 ? parts : parts.slice(0, file + 2);
  // Owners, repositories and teams can be called like one of the words.
  const label = (part: string, index: number) => (isName(shown, index) || !WORDS.has(part) ? '*' : part);
  return `/${shown.map(label).join('/')}`;
}

function isName(parts: readonly string[], index: number): boolean {
  return (
    (parts[0] === 'repos' && (index === 1 || index === 2)) ||
    (index > 0 &&
      ['orgs', 'teams', 'memberships', 'collaborators', 'labels', 'contents'].includes(parts[index - 1] ?? ''))
  );
}
