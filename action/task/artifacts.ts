import path from 'node:path';
import { realpath, mkdir } from 'node:fs/promises';
import { Refusal } from '../refusal.ts';
import { ApiError, ValidationError, type RebyteClient } from '../../shared/rebyte/index.ts';

/** One line of the `artifacts` output. `path` is '' for what was not downloaded. */
export interface TakenArtifact {
  readonly name: string;
  readonly size: number;
  readonly path: string;
}

export interface Wanted {
  readonly workspaceId: string;
  /** Name globs. */
  readonly patterns: readonly string[];
  /** Absolute; made if missing. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

export interface Taken {
  /** All of them. */
  readonly artifacts: readonly TakenArtifact[];
  /** What was wanted and could not be had, one sentence each. */
  readonly failures: readonly string[];
}

/**
 * Downloads those of `artifacts` that a pattern names; the others are listed without a path. One that is refused, by
 * its name or by Rebyte, keeps none of the others back.
 */
export async function takeArtifacts(
  client: RebyteClient,
  artifacts: readonly { readonly name: string; readonly size: number }[],
  wanted: Wanted,
): Promise<Taken> {
  const paths = new Map<string, string>();
  const failures: string[] = [];
  const matches = await matcher(wanted.patterns);
  for (const { name } of artifacts.filter((artifact) => matches(artifact.name))) {
    try {
      paths.set(name, await download(client, name, wanted));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      // A full disk, a dead network or a canceled workflow will not be better at the next one.
      if (!(error instanceof ValidationError || error instanceof ApiError)) break;
    }
  }
  return { artifacts: artifacts.map(({ name, size }) => ({ name, size, path: paths.get(name) ?? '' })), failures };
}

async function matcher(patterns: readonly string[]): Promise<(name: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  return picomatch([...patterns], { dot: true });
}

async function download(client: RebyteClient, name: string, wanted: Wanted): Promise<string> {
  const { workspaceId, directory, signal } = wanted;
  await mkdir(directory, { recursive: true });
  return await client.artifacts.download(workspaceId, name, { directory }, { signal });
}

/** `artifacts-path`, which must not lead out of the workspace, also not by a link. */
export async function artifactsDirectory(name: string, workspace: string): Promise<string> {
  const directory = path.resolve(workspace, name);
  const root = await realpath(workspace);
  let existing = directory;
  for (;;) {
    try {
      const real = await realpath(existing);
      if (real === root || real.startsWith(root + path.sep)) return directory;
      throw new Refusal(
        'invalid_input',
        `Input \`artifacts-path\` is "${name}", which lies outside of the workspace ${workspace}.`,
      );
    } catch (error) {
      if (error instanceof Refusal || existing === path.dirname(existing)) throw error;
      existing = path.dirname(existing);
    }
  }
}
