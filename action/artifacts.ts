import path from 'node:path';
import { realpath, mkdir } from 'node:fs/promises';
import { Refusal } from './refusal.ts';
import type { RebyteClient } from '../shared/rebyte/index.ts';

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

/** Downloads those of `artifacts` that a pattern names; the others are listed without a path. */
export async function takeArtifacts(
  client: RebyteClient,
  artifacts: readonly { readonly name: string; readonly size: number }[],
  wanted: Wanted,
): Promise<TakenArtifact[]> {
  if (wanted.patterns.length === 0) return artifacts.map(({ name, size }) => ({ name, size, path: '' }));
  const { default: picomatch } = await import('picomatch');
  const matches = picomatch([...wanted.patterns], { dot: true });
  await mkdir(wanted.directory, { recursive: true });
  const taken: TakenArtifact[] = [];
  for (const { name, size } of artifacts) {
    const file = matches(name)
      ? await client.artifacts.download(
          wanted.workspaceId,
          name,
          { directory: wanted.directory },
          { signal: wanted.signal },
        )
      : '';
    taken.push({ name, size, path: file });
  }
  return taken;
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
