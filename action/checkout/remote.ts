import type { RepositoryName } from '../../shared/model/thread.ts';

/** A configured remote. `url` may hold credentials: never show it. */
export interface ConfiguredRemote {
  readonly name: string;
  readonly url: string;
}

/** What a remote's URL says. */
export interface RemoteAddress extends RepositoryName {
  /** Lower case, without port; '' for a path on this machine. */
  readonly host: string;
}

/** Reads `git remote -v`, which has applied the user's `insteadOf` rules. */
export function parseRemotes(output: Buffer): ConfiguredRemote[] {
  return output
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, url] = /^([^\t]+)\t(.+) \(fetch\)/.exec(line) ?? [];
      return name === undefined || url === undefined ? [] : [{ name, url }];
    });
}

/**
 * Reads the remotes that stand plainly in a repository's config file, which saves a process. What git would do besides
 * (includes, `insteadOf`) is not done, and a URL with quotes, escapes or a comment is left out: whoever does not find
 * what they expect asks git. https://git-scm.com/docs/git-config#_syntax
 */
export function parseConfiguredRemotes(config: string): ConfiguredRemote[] {
  const urls = new Map<string, string>();
  let name: string | undefined;
  for (const line of config.split('\n')) {
    if (/^\s*\[/.test(line)) name = /^\s*\[remote "([^"\\]+)"\]\s*$/.exec(line)?.[1];
    const url = /^\s*url\s*=\s*([^\s"\\#;]+)\s*$/.exec(line)?.[1];
    if (name !== undefined && url !== undefined && !urls.has(name)) urls.set(name, url);
  }
  return [...urls].map(([remote, url]) => ({ name: remote, url }));
}

/** The remote that HEAD's upstream belongs to, else `origin`, else the first. */
export function chooseRemote(
  remotes: readonly ConfiguredRemote[],
  upstream: string | undefined,
): ConfiguredRemote | undefined {
  const tracked = remotes.find(({ name }) => upstream?.startsWith(`${name}/`));
  return tracked ?? remotes.find(({ name }) => name === 'origin') ?? remotes[0];
}

/**
 * Takes a remote's URL apart: https (with or without credentials and port), ssh://, git://, the scp form
 * `git@host:owner/repo`, file:// and plain paths; `.git` at the end is optional. Undefined when it names no
 * `owner/repo`.
 */
export function parseRemoteUrl(url: string): RemoteAddress | undefined {
  // A single letter before the colon is a Windows drive, not a host.
  const scp = /^(?:[^@/:]+@)?([^/:]{2,}):(?!\/\/)(.+)$/.exec(url);
  if (scp) return address(scp[1] ?? '', scp[2] ?? '');
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(url)) return address('', url.replaceAll('\\', '/'));
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return undefined;
  return address(parsed.protocol === 'file:' ? '' : parsed.hostname, parsed.pathname);
}

/** GitHub's own rule for names; what does not fit cannot be a repository there, and must not reach a shell. */
const NAME = /^(?!-|\.{1,2}$)[A-Za-z0-9._-]+$/;

function address(host: string, path: string): RemoteAddress | undefined {
  const segments = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((segment) => segment !== '');
  // On a host the path is owner/repo and nothing more; on this machine it may lie in any folder.
  const [owner = '', repo = ''] = host === '' ? segments.slice(-2) : segments;
  if ((host !== '' && segments.length !== 2) || !NAME.test(owner) || !NAME.test(repo)) return undefined;
  // ssh.github.com is GitHub's SSH on port 443: https://docs.github.com/en/authentication/troubleshooting-ssh
  return { host: host.toLowerCase().replace(/^ssh\.github\.com$/, 'github.com'), owner, repo };
}
