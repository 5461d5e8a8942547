import path from 'node:path';
import { realpath, mkdir, stat } from 'node:fs/promises';
import { Refusal } from '../refusal.ts';
import { ApiError, ValidationError, type RebyteClient } from '../../shared/rebyte/index.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** An agent chooses how many files there are and how large: neither may fill a runner's disk or its time. */
const MAX_DOWNLOADS = 1_000;
const MAX_TOTAL_BYTES = 4 * 1024 ** 3;
const MAX_FILE_BYTES = 1024 ** 3;

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
 * Downloads those of `artifacts` that a pattern names, at most 1,000 and 4 GiB; the others are listed without a path. One
 * that is refused, by its name or by Rebyte, keeps none of the others back.
 */
export async function takeArtifacts(
  client: RebyteClient,
  artifacts: readonly { readonly name: string; readonly size: number }[],
  wanted: Wanted,
): Promise<Taken> {
  const paths = new Map<string, string>();
  const failures: string[] = [];
  const matches = await matcher(wanted.patterns);
  const matched = artifacts.filter(({ name }) => matches(name));
  const { chosen, refused } = withoutDoubles(matched.slice(0, MAX_DOWNLOADS));
  let room = MAX_TOTAL_BYTES;
  for (const { name } of chosen) {
    try {
      const file = await download(client, name, { ...wanted, maxBytes: Math.min(room, MAX_FILE_BYTES) });
      room -= (await stat(file)).size;
      paths.set(name, file);
    } catch (error) {
      failures.push(messageOf(error));
      // A full disk, a dead network or a canceled workflow will not be better at the next one.
      if (!(error instanceof ValidationError || error instanceof ApiError)) break;
    }
  }
  const more = matched.length - MAX_DOWNLOADS;
  if (more > 0) failures.push(`${more} more artifacts were not downloaded: at most ${MAX_DOWNLOADS} are.`);
  return {
    artifacts: artifacts.map(({ name, size }) => ({ name, size, path: paths.get(name) ?? '' })),
    failures: [...failures, ...refused],
  };
}

/** Windows and macOS take names that differ in case or composition for one: the second would replace the first. */
function withoutDoubles<T extends { readonly name: string }>(artifacts: readonly T[]) {
  const first = new Map<string, string>();
  const chosen: T[] = [];
  const refused: string[] = [];
  for (const artifact of artifacts) {
    const { name } = artifact;
    const plain = name.normalize('NFC').toLowerCase();
    const other = first.get(plain);
    if (other === undefined) chosen.push(artifact);
    else
      refused.push(
        `The artifact ${JSON.stringify(name)} is refused: its name is that of ${JSON.stringify(other)} on some systems.`,
      );
    first.set(plain, other ?? name);
  }
  return { chosen, refused };
}

async function matcher(patterns: readonly string[]): Promise<(name: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  return picomatch([...patterns], { dot: true });
}

async function download(
  client: RebyteClient,
  name: string,
  wanted: Wanted & { readonly maxBytes: number },
): Promise<string> {
  const { workspaceId, directory, signal, maxBytes } = wanted;
  await mkdir(directory, { recursive: true });
  return await client.artifacts.download(workspaceId, name, { directory, maxBytes }, { signal });
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
