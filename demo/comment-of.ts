import type { EmulatedGitHub } from '../emulator/github/index.ts';

/** The body of the comment that was written last, as GitHub has it; undefined when none was. */
export function commentOf(calls: EmulatedGitHub['calls']): string | undefined {
  const writes = calls.filter(({ method, path }) => method !== 'GET' && /\/issues\/(\d+\/)?comments/.test(path));
  const response = writes.at(-1)?.response;
  if (typeof response !== 'object' || response === null || !('body' in response)) return undefined;
  return typeof response.body === 'string' ? response.body : undefined;
}
