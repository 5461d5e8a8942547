import { copyFile, mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';
import type { Emulator } from './emulator.ts';
import { cloneUrl, git, protocolConfig } from './git.ts';
import type { StoredFile, Workspace } from './records.ts';
import type { FileRef } from './requests.ts';
import { safeName } from './safe-name.ts';

/** The repository and branch of POST /tasks. */
export interface Checkout {
  /** `owner/repo`. */
  readonly slug: string;
  readonly branch: string;
}

/** Where the agent finds `/code`. */
export function codeFolder(workspace: Workspace): string {
  return join(workspace.folder, 'code');
}

/** Where the agent leaves what it made. */
export function artifactsFolder(workspace: Workspace): string {
  return join(workspace.folder, 'artifacts');
}

/** A fresh, empty workspace. */
export async function createWorkspace(emulator: Emulator): Promise<Workspace> {
  const id = randomUUID();
  const folder = join(emulator.settings.directory, 'workspaces', id);
  const workspace: Workspace = { id, folder, cwd: join(folder, 'code'), lock: Promise.resolve() };
  await mkdir(codeFolder(workspace), { recursive: true });
  await mkdir(artifactsFolder(workspace));
  emulator.workspaces.set(id, workspace);
  return workspace;
}

export async function removeWorkspace(emulator: Emulator, workspace: Workspace): Promise<void> {
  emulator.workspaces.delete(workspace.id);
  await rm(workspace.folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Puts the repository and the files into the workspace; several tasks of one workspace take turns. */
export function prepare(
  emulator: Emulator,
  workspace: Workspace,
  wanted: { readonly checkout?: Checkout | undefined; readonly files: readonly FileRef[] },
): Promise<void> {
  const stored = wanted.files.map((file) => storedFile(emulator, file));
  const before = workspace.lock;
  const work = (async () => {
    await before;
    if (wanted.checkout) await checkOut(emulator, workspace, wanted.checkout);
    for (const { file, filename } of stored) await copyFile(file.path, join(codeFolder(workspace), filename));
  })();
  workspace.lock = work.catch(() => undefined);
  return work;
}

function storedFile(emulator: Emulator, ref: FileRef): { readonly file: StoredFile; readonly filename: string } {
  const file = emulator.files.get(ref.id);
  if (!file) throw new ApiError('validation_error', `files: no file ${ref.id}; create it with POST /files`);
  if (!file.uploaded) {
    throw new ApiError(
      'validation_error',
      `files: ${file.filename} was never uploaded; PUT its bytes to its uploadUrl`,
    );
  }
  return { file, filename: safeName(ref.filename) };
}

async function checkOut(emulator: Emulator, workspace: Workspace, { slug, branch }: Checkout): Promise<void> {
  const { gitBaseUrl, timings } = emulator.settings;
  const [, name = ''] = slug.split('/').map(safeName);
  if (branch.startsWith('-')) throw new ApiError('validation_error', `branchName ${branch} cannot begin with a dash`);
  const folder = join(codeFolder(workspace), name);
  workspace.cwd = folder;
  if (existsSync(join(folder, '.git'))) return moveToBranch(emulator, folder, branch);

  const url = cloneUrl(gitBaseUrl, slug);
  const cloned = await git([...protocolConfig(url), 'clone', '--quiet', `--branch=${branch}`, '--', url, folder], {
    timeoutMs: timings.cloneTimeoutMs,
    signal: emulator.closing.signal,
  });
  if (cloned.ok) return;
  workspace.cwd = codeFolder(workspace);
  await rm(folder, { recursive: true, force: true });
  throw new ApiError(
    'validation_error',
    `could not clone ${slug} at branch ${branch} from ${gitBaseUrl}: ${cloned.text}`,
  );
}

/**
 * A workspace that has the clone already is brought to the branch's newest commit, but never at the cost of what an
 * earlier task left there: when git would have to throw something away, the checkout stays as it is.
 */
async function moveToBranch(emulator: Emulator, folder: string, branch: string): Promise<void> {
  const at = { cwd: folder, timeoutMs: emulator.settings.timings.cloneTimeoutMs, signal: emulator.closing.signal };
  const fetched = await git(
    ['fetch', '--quiet', '--end-of-options', 'origin', `+refs/heads/${branch}:refs/remotes/origin/${branch}`],
    at,
  );
  if (!fetched.ok) throw new ApiError('validation_error', `could not fetch branch ${branch}: ${fetched.text}`);
  const known = await git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], at);
  const tip = `refs/remotes/origin/${branch}`;
  const steps = known.ok
    ? [
        ['checkout', '--quiet', branch, '--'],
        ['merge', '--quiet', '--ff-only', tip],
      ]
    : [['checkout', '--quiet', '-b', branch, tip]];
  for (const step of steps) {
    const { ok, text } = await git(step, at);
    if (ok) continue;
    emulator.settings.log(`${folder} was not moved to ${branch}: ${text}`);
    return;
  }
}
