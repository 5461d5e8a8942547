import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from './api-error.ts';
import { artifactType } from './artifact-types.ts';
import type { Workspace } from './records.ts';
import { safeName } from './safe-name.ts';
import { artifactsFolder } from './workspace.ts';

/** 50 MiB, the API's limit for one uploaded file. */
export const MAX_UPLOAD_BYTES = 52_428_800;

export interface ArtifactInfo {
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
}

/** Thrown when a body goes on past the limit. */
export class TooLargeError extends Error {}

/** The workspace's artifacts by name. What an agent left there with a type that is not allowed is no artifact. */
export async function listArtifacts(workspace: Workspace): Promise<ArtifactInfo[]> {
  const entries = await readdir(artifactsFolder(workspace), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && artifactType(entry.name)).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => artifactInfo(workspace, name)));
}

/** Where the artifact lies; `not_found` when it is not there. */
export function artifactPath(workspace: Workspace, name: string): string {
  const path = join(artifactsFolder(workspace), safeName(name));
  if (!artifactType(name) || !existsSync(path)) throw new ApiError('not_found', `no artifact ${name}`);
  return path;
}

/** The name, when it is one that an artifact may have. */
export function artifactName(name: string): string {
  if (artifactType(safeName(name))) return name;
  throw new ApiError('validation_error', `artifact ${name}: this file type is not allowed`);
}

export async function writeArtifact(workspace: Workspace, file: File): Promise<ArtifactInfo> {
  const name = artifactName(file.name);
  await mkdir(artifactsFolder(workspace), { recursive: true });
  await writeFile(join(artifactsFolder(workspace), name), Buffer.from(await file.arrayBuffer()));
  return artifactInfo(workspace, name);
}

export async function artifactInfo(workspace: Workspace, name: string): Promise<ArtifactInfo> {
  const { size } = await stat(artifactPath(workspace, name));
  return { name, size, contentType: artifactType(name) ?? 'application/octet-stream' };
}

/** Streams a body into a file, which appears under its name only when it is whole. */
export async function receiveFile(body: Readable, path: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`;
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_UPLOAD_BYTES) done(new TooLargeError(`more than ${MAX_UPLOAD_BYTES} bytes`));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(body, limit, createWriteStream(partial));
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
