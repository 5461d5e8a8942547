import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from './emit.ts';
import { git, gitIfItWorks } from './git.ts';

const HEADER_BYTES = 64 * 1024;

/** The checkout, brought to where the prompt wants it. */
export interface Arrival {
  /** The bundle that brought it there; undefined when the commit came from origin. */
  readonly file: string | undefined;
  /** Commit that was checked out. */
  readonly commit: string;
  /** `git diff --name-status` of that commit against what was there before. */
  readonly changes: readonly string[];
}

const SHA = '[0-9a-f]{40,64}';
/** What `git diff` takes for "before the first commit". */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * Does what a prompt asks an agent to do before anything else. With a git bundle in the code folder: fetch the commits
 * it builds on, verify it, take its refs, check its commit out, and `git reset` where the prompt says so, which leaves
 * the last changes uncommitted. Without one: check out the commit that the prompt names. Undefined when there is
 * nothing to do.
 */
export async function arrive(codeFolder: string, repository: string, prompt: string): Promise<Arrival | undefined> {
  const file = await chooseBundle(codeFolder, prompt);
  const wanted = new RegExp(`git checkout --detach (${SHA})`).exec(prompt)?.[1];
  if (file === undefined && wanted === undefined) return undefined;
  return tool(
    {
      name: 'Bash',
      input: { command: file === undefined ? `git checkout ${wanted}` : `git fetch ${file} && git checkout` },
    },
    async () => {
      const before = (await gitIfItWorks(repository, ['rev-parse', '--verify', '--quiet', 'HEAD'])) ?? EMPTY_TREE;
      const commit = file === undefined ? wanted : await unpack(join(codeFolder, file), repository, wanted);
      if (commit === undefined) throw new Error(`${file} holds no refs`);
      await ensureCommit(repository, commit);
      await git(repository, ['checkout', '--quiet', '--detach', commit]);
      const changes = await git(repository, ['diff', '--name-status', before, commit]);
      const base = new RegExp(`git reset --quiet (${SHA})`).exec(prompt)?.[1];
      if (base !== undefined) await git(repository, ['reset', '--quiet', base]);
      return { file, commit, changes: changes.split('\n').filter(Boolean) };
    },
    ({ commit, changes }) => `checked out ${commit}, ${changes.length} changed files`,
  );
}

/** Takes the bundle's refs into the repository; returns the commit to check out: the wanted one, its HEAD or its first. */
async function unpack(path: string, repository: string, wanted: string | undefined): Promise<string | undefined> {
  await git(repository, ['init', '--quiet']); // Changes nothing in a clone; without one the bundle makes the repository.
  for (const sha of await prerequisitesOf(path)) await ensureCommit(repository, sha);
  await git(repository, ['bundle', 'verify', '--quiet', path]);
  const heads = headsIn(await git(repository, ['bundle', 'list-heads', path]));
  const refs = heads.map(({ ref }) => `+${ref}:refs/rebyte-bundle/${ref.replace(/^refs\//, '')}`);
  await git(repository, ['fetch', '--quiet', '--no-tags', path, ...refs]);
  const target = heads.find(({ sha }) => sha === wanted) ?? heads.find(({ ref }) => ref === 'HEAD') ?? heads[0];
  return target?.sha;
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
