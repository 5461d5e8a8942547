// Real repositories in temp folders, served to the emulator by file://.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const IDENTITY = { GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@t', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@t' };

export interface Origin {
  /** For `gitBaseUrl`. */
  readonly baseUrl: string;
  readonly root: string;
  /** Runs git in the repository `owner/repo`, or in another folder. */
  git(args: readonly string[], cwd?: string): string;
  /** Writes files and commits them; returns the SHA. */
  commit(files: Readonly<Record<string, string>>, message: string, cwd?: string): Promise<string>;
  remove(): Promise<void>;
}

/** A repository `owner/repo` with a branch `main` and no commit yet. */
export async function createOrigin(): Promise<Origin> {
  const root = await mkdtemp(join(tmpdir(), 'origin-'));
  const repository = join(root, 'owner', 'repo');
  await mkdir(repository, { recursive: true });
  const git = (args: readonly string[], cwd = repository): string =>
    execFileSync('git', [...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...IDENTITY },
      stdio: 'pipe',
    }).trim();
  git(['init', '--quiet', '-b', 'main']);
  return {
    baseUrl: pathToFileURL(root).href,
    root,
    git,
    async commit(files, message, cwd = repository) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(cwd, name)), { recursive: true });
        await writeFile(join(cwd, name), text);
      }
      git(['add', '--all'], cwd);
      git(['commit', '--quiet', '-m', message], cwd);
      return git(['rev-parse', 'HEAD'], cwd);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
