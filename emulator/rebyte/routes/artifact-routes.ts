import { rm } from 'node:fs/promises';
import { Hono } from 'hono';
import { ApiError } from '../api-error.ts';
import { type ArtifactInfo, artifactName, artifactPath, listArtifacts, writeArtifact } from '../artifacts.ts';
import type { Emulator } from '../emulator.ts';
import type { Workspace } from '../records.ts';
import type { ArtifactUploadUrlsBody } from '../requests.ts';
import { fileResponse } from './file-response.ts';
import { type Env, jsonBody } from './route.ts';
import { artifactStoragePath, signedUrl } from './storage-routes.ts';

const MAX_FILES = 10;
/** "10 MB" in the documentation; taken as MiB, so that no client that keeps to either is refused. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

export function artifactRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>().basePath('/workspaces/:id');
  const workspace = (id: string): Workspace => {
    const found = emulator.workspaces.get(id);
    if (!found) throw new ApiError('not_found', `no workspace ${id}`);
    return found;
  };

  routes.get('/artifacts', async (c) => {
    const from = workspace(c.req.param('id'));
    const artifacts = await listArtifacts(from);
    return c.json({
      data: artifacts.map((artifact) => ({ ...artifact, downloadUrl: downloadUrl(emulator, from, artifact) })),
    });
  });

  routes.post('/artifacts', async (c) => {
    const into = workspace(c.req.param('id'));
    const files = filesOf(await c.req.formData().catch(() => undefined));
    return c.json({ uploaded: await Promise.all(files.map((file) => writeArtifact(into, file))) }, 201);
  });

  routes.delete('/artifacts', async (c) => {
    const from = workspace(c.req.param('id'));
    for (const { name } of await listArtifacts(from)) await rm(artifactPath(from, name), { force: true });
    return c.body(null, 204);
  });

  routes.post('/artifacts/upload-url', async (c) => {
    const into = workspace(c.req.param('id'));
    const place = { path: '/workspaces/{workspaceId}/artifacts/upload-url', method: 'post' } as const;
    const { files } = await emulator.contract.body<ArtifactUploadUrlsBody>(place, await jsonBody(c));
    return c.json({ files: files.map((file) => uploadUrl(emulator, into, file)) }, 201);
  });

  routes.get('/artifacts/:name', (c) => {
    const name = c.req.param('name');
    return fileResponse(artifactPath(workspace(c.req.param('id')), name), name);
  });

  routes.delete('/artifacts/:name', async (c) => {
    await rm(artifactPath(workspace(c.req.param('id')), c.req.param('name')));
    return c.body(null, 204);
  });
  return routes;
}

function filesOf(form: FormData | undefined): File[] {
  const files = (form?.getAll('files') ?? []).filter((value) => value instanceof File);
  if (files.length === 0) throw new ApiError('validation_error', 'send multipart/form-data with the field `files`');
  if (files.length > MAX_FILES) throw new ApiError('validation_error', `at most ${MAX_FILES} files at a time`);
  for (const { name, size } of files) {
    artifactName(name); // All names first: nothing is stored when one is refused.
    if (size > MAX_FILE_BYTES) throw new ApiError('validation_error', `${name} is larger than 10 MB; use upload-url`);
  }
  return files;
}

function downloadUrl(emulator: Emulator, workspace: Workspace, { name }: ArtifactInfo): string {
  const grant = { method: 'GET', path: artifactStoragePath(workspace, name) } as const;
  return signedUrl(emulator, grant, emulator.settings.timings.artifactUrlMs);
}

function uploadUrl(
  emulator: Emulator,
  workspace: Workspace,
  { name, contentType = 'application/octet-stream' }: ArtifactUploadUrlsBody['files'][number],
): object {
  const { artifactUrlMs } = emulator.settings.timings;
  const grant = { method: 'PUT', path: artifactStoragePath(workspace, artifactName(name)), contentType } as const;
  const expiresAt = new Date(Date.now() + artifactUrlMs).toISOString();
  return { name, uploadUrl: signedUrl(emulator, grant, artifactUrlMs), expiresAt };
}
