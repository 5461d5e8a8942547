import { isDeceptiveHost, webAddress } from './link-host.ts';

/** GitHub's own redirector: the same page, but no "mentioned this" appears on it. Renovate and others rely on it. */
const QUIET_HOST = 'redirect.github.com';
const THREAD_URL =
  /^(https?:\/\/)(?:www\.)?github\.com\/([\w.-]+\/[\w.-]+)\/(?:issues|pull|pulls|discussions|commit)\//i;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const KEPT_SCHEMES = new Set(['http', 'https', 'mailto']);
const USER_INFO = /^(https?:\/\/)[^\s/?#]*@/i;

/** Does this destination leave the page by itself, so that its text can never be read as prose? */
export function isAbsoluteUrl(url: string): boolean {
  return /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?(?:[/?#]|$)/i.test(url);
}

/**
 * The same destination without what makes it dangerous or loud: no scheme but http, https and mailto; no user or
 * password (`https://github.com@evil.example`); a host that is read as another one in punycode; links to threads of other
 * repositories go by GitHub's redirector.
 *
 * @param url decoded destination
 * @param ownRepository `owner/repo` whose threads may be linked as they are
 */
export function inertUrl(url: string, ownRepository = ''): string {
  // Browsers drop control characters and blanks before they look for a scheme, so `java\tscript:` is one.
  // oxlint-disable-next-line no-control-regex -- they are what is dropped
  const compact = url.replace(/[\u0000-\u0020\u007f]+/g, '');
  const scheme = SCHEME.exec(compact)?.[1]?.toLowerCase();
  if (scheme !== undefined && !KEPT_SCHEMES.has(scheme)) return `#removed-${scheme}-link`;
  const anonymous = withoutDisguise(url.replace(USER_INFO, '$1'));
  const thread = THREAD_URL.exec(anonymous);
  if (thread === null || thread[2]?.toLowerCase() === ownRepository.toLowerCase()) return anonymous;
  return anonymous.replace(/^(https?:\/\/)(?:www\.)?github\.com/i, `$1${QUIET_HOST}`);
}

/** Browsers find users and hosts in spellings that no pattern covers (`//a@b`, `\\\\a@b`), so they are asked as browsers do. */
function withoutDisguise(url: string): string {
  // oxlint-disable-next-line no-control-regex -- it asks for what is beyond them
  if (!/[@\\]|xn--|[^\u0000-\u007f]|%/i.test(url)) return url;
  const target = webAddress(url);
  if (target === undefined) return url;
  const hasUser = target.username !== '' || target.password !== '';
  target.username = '';
  target.password = '';
  return hasUser || (isDeceptiveHost(target.hostname) && !url.includes(target.hostname)) ? target.href : url;
}

/** Is it a link to an issue or pull request, which a closing keyword before it would close? */
export function isThreadUrl(url: string): boolean {
  return /^https?:\/\/[^/]+\/[\w.-]+\/[\w.-]+\/(?:issues|pull)\/\d/i.test(url);
}
