import { open } from 'node:fs/promises';
import path from 'node:path';
import { mustBeInside } from './inside-workspace.ts';
import { isPrivileged } from '../authorize/people-behind.ts';
import { repositoryOf } from '../environment.ts';
import { Refusal } from '../refusal.ts';
import type { Step } from '../step.ts';
import { ForgeError } from '../../shared/ports/forge-error.ts';

/** What GitHub's API gives of a file, and far more than a prompt may have. */
export const MAX_PROMPT_FILE_BYTES = 1_000_000;

/**
 * The text of `prompt-file`: in most events from the workspace. Where strangers can cause the event it is from the default
 * branch by GitHub's API, whatever is checked out: that may be a stranger's, and the file is what the agent obeys.
 *
 * @throws Refusal `file_refused`.
 */
export async function readPromptFile(step: Step): Promise<string> {
  const { inputs, environment, event } = step;
  return isPrivileged(event)
    ? await fromDefaultBranch(step)
    : await readFromWorkspace(inputs.promptFile, environment.workspace);
}

/** @throws Refusal `file_refused` for a file that is not there, lies outside, or is too large. */
export async function readFromWorkspace(name: string, workspace: string): Promise<string> {
  const file = path.resolve(workspace, name);
  try {
    await mustBeInside(file, workspace, 'prompt-file');
    return await readWhole(file, name);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw refused(name, `cannot be read in ${workspace}: check that it is checked out`, { cause });
  }
}

async function readWhole(file: string, name: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size > MAX_PROMPT_FILE_BYTES) throw refused(name, `has ${size} bytes; at most 1 MB is read`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function fromDefaultBranch(step: Step): Promise<string> {
  const { inputs, environment, interruption } = step;
  const name = inputs.promptFile;
  const where = `the default branch of ${environment.repository}, where \`${environment.eventName}\` has to look for it`;
  if (inputs.githubToken === '')
    throw refused(name, `cannot be read from ${where}`, { remedy: 'Pass `github-token`, or use `prompt`.' });
  const { openForge } = await import('../open-forge.ts');
  const forge = openForge(step, { signal: interruption.signal });
  let found;
  try {
    found = await forge.readFile(repositoryOf(environment), pathInRepository(name, environment.workspace));
  } catch (cause) {
    if (!(cause instanceof ForgeError)) throw cause;
    throw refused(name, `cannot be read from ${where}: ${cause.message.replace(/\.$/, '')}`, {
      cause,
      remedy: 'Let the token read it, or use `prompt`.',
    });
  }
  if (found === undefined || found === 'unchanged') {
    throw refused(name, `is not on ${where}, or the token may not read it`, {
      remedy: 'Commit it there and give the job `permissions: contents: read`, or use `prompt`.',
    });
  }
  return found.text;
}

/** The workspace is where actions/checkout puts the repository, so a path in one is a path in the other. */
function pathInRepository(name: string, workspace: string): string {
  const inside = path.relative(workspace, path.resolve(workspace, name)).split(path.sep).join('/');
  if (inside === '' || inside === '..' || inside.startsWith('../') || path.isAbsolute(inside))
    throw refused(name, `lies outside of the workspace ${workspace}`);
  return inside;
}

function refused(name: string, why: string, options?: ConstructorParameters<typeof Refusal>[2]): Refusal {
  return new Refusal('file_refused', `\`prompt-file\`: "${name}" ${why}.`, options);
}
