import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from './emit.ts';
import { git, gitIfItWorks } from './git.ts';

const HEADER_BYTES = 64 * 1024;

/** Changes that arrived as a bundle and are now checked out. */
export interface AppliedBundle {
  readonly file: string;
  readonly head: string;
  /** `git diff --name-status` against what was checked out before. */
  readonly changes: readonly string[];
}

/**
 * Does what a prompt with a git bundle asks an agent to do: fetches the commits that the bundle builds on, verifies
 * it, takes its refs and checks its commit out. Undefined when there is no bundle.
 */
export async function applyBundle(
  codeFolder: string,
  repository: string,
  prompt: string,
): Promise<AppliedBundle | undefined> {
  const file = await chooseBundle(codeFolder, prompt);
  if (file === undefined) return undefined;
  const path = join(codeFolder, file);
  return tool(
    { name: 'Bash', input: { command: `git fetch ${file} && git checkout` } },
    async () => {
      const before = await git(repository, ['rev-parse', 'HEAD']);
      for (const sha of await prerequisitesOf(path)) await ensureCommit(repository, sha);
      await git(repository, ['bundle', 'verify', '--quiet', path]);
      const heads = headsIn(await git(repository, ['bundle', 'list-heads', path]));
      const target =
        heads.find(({ sha }) => prompt.includes(sha)) ?? heads.find(({ ref }) => ref === 'HEAD') ?? heads[0];
      if (!target) throw new Error(`${file} holds no refs`);
      const refs = heads.map(({ ref }) => `+${ref}:refs/rebyte-bundle/${ref.replace(/^refs\//, '')}`);
      await git(repository, ['fetch', '--quiet', '--no-tags', path, ...refs]);
      await git(repository, ['checkout', '--quiet', '--detach', target.sha]);
      const changes = await git(repository, ['diff', '--name-status', before, 'HEAD']);
      return { file, head: await git(repository, ['rev-parse', 'HEAD']), changes: changes.split('\n').filter(Boolean) };
    },
    ({ head, changes }) => `HEAD is now at ${head}, ${changes.length} changed files`,
  );
}

/** The bundle that the prompt names, else the newest. */
async function chooseBundle(folder: string, prompt: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.bundle'));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  const newestFirst = dated.sort((a, b) => b.time - a.time);
  return (newestFirst.find(({ name }) => prompt.includes(name)) ?? newestFirst[0])?.name;
}

/** The commits that a bundle builds on: its header's lines that begin with `-` (gitformat-bundle). */
async function prerequisitesOf(path: string): Promise<string[]> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const header = buffer.toString('latin1', 0, bytesRead).split('\n\n', 1)[0] ?? '';
    return [...header.matchAll(/^-([0-9a-f]{40,64})/gm)].map(([, sha = '']) => sha);
  } finally {
    await handle.close();
  }
}

/** The clone may lack it: a commit of another branch, or of no branch at all any more. */
async function ensureCommit(repository: string, sha: string): Promise<void> {
  if ((await gitIfItWorks(repository, ['cat-file', '-e', `${sha}^{commit}`])) !== undefined) return;
  await git(repository, ['fetch', '--quiet', 'origin', sha]);
}

function headsIn(text: string): { readonly sha: string; readonly ref: string }[] {
  return text
    .split('\n')
    .map((line) => ({ sha: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1) }))
    .filter(({ sha }) => sha !== '');
}
