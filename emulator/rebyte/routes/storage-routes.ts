// The storage behind signed URLs. It is another service than the API: it knows no API key and answers in XML.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, Hono } from 'hono';
import { artifactName, artifactPath, MAX_UPLOAD_BYTES, receiveFile, TooLargeError } from '../artifacts.ts';
import type { Emulator } from '../emulator.ts';
import type { Workspace } from '../records.ts';
import type { Grant } from '../url-signer.ts';
import { artifactsFolder } from '../workspace.ts';
import { apiKeyOf } from './api-key.ts';
import { fileResponse } from './file-response.ts';
import type { Env } from './route.ts';

/** A URL that allows what the grant says for so many milliseconds. */
export function signedUrl(emulator: Emulator, grant: Grant, lifetimeMs: number): string {
  return `${emulator.origin}${grant.path}?${emulator.signer.sign(grant, Date.now() + lifetimeMs)}`;
}

export function storageRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();

  routes.put('/files/:id', async (c) => {
    const file = emulator.files.get(c.req.param('id'));
    const refused = refusal(emulator, c);
    if (refused) return refused;
    if (!file) return problem(404, 'NoSuchKey', 'no such object');
    await mkdir(join(emulator.settings.directory, 'files'), { recursive: true });
    return receive(c, file.path, () => {
      file.uploaded = true;
    });
  });

  routes.put('/artifacts/:workspace/:name', async (c) => {
    const workspace = emulator.workspaces.get(c.req.param('workspace'));
    const refused = refusal(emulator, c);
    if (refused) return refused;
    if (!workspace) return problem(404, 'NoSuchKey', 'no such object');
    return receive(c, join(artifactsFolder(workspace), artifactName(c.req.param('name'))));
  });

  routes.get('/artifacts/:workspace/:name', (c) => {
    const workspace = emulator.workspaces.get(c.req.param('workspace'));
    const refused = refusal(emulator, c);
    if (refused) return refused;
    if (!workspace) return problem(404, 'NoSuchKey', 'no such object');
    const name = c.req.param('name');
    return fileResponse(artifactPath(workspace, name), name);
  });
  return routes;
}

/** The path of an artifact in the storage. */
export function artifactStoragePath(workspace: Workspace, name: string): string {
  return `/storage/artifacts/${workspace.id}/${encodeURIComponent(name)}`;
}

async function receive(c: Context<Env>, path: string, received?: () => void): Promise<Response> {
  const announced = Number(c.req.header('content-length') ?? 0);
  if (announced > MAX_UPLOAD_BYTES) return problem(400, 'EntityTooLarge', `at most ${MAX_UPLOAD_BYTES} bytes`);
  try {
    await receiveFile(c.env.incoming, path);
  } catch (error) {
    if (error instanceof TooLargeError) return problem(400, 'EntityTooLarge', error.message);
    throw error;
  }
  received?.();
  return new Response(null, { status: 200 });
}

/** Why the request is not let in; undefined when it is. */
function refusal(emulator: Emulator, c: Context<Env>): Response | undefined {
  const put = c.req.method === 'PUT';
  if (put && apiKeyOf(c.req.raw.headers) !== undefined) {
    return problem(400, 'InvalidRequest', 'a signed URL takes no API key; sending it here leaks it to the storage');
  }
  const contentType = c.req.header('content-type') ?? '';
  const { pathname, searchParams } = new URL(c.req.url);
  const query = { expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' };
  const grant: Grant = put ? { method: 'PUT', path: pathname, contentType } : { method: 'GET', path: pathname };
  switch (emulator.signer.check(grant, query)) {
    case 'forged':
      return problem(403, 'SignatureDoesNotMatch', 'URL, method or Content-Type differ from what was signed');
    case 'expired':
      return problem(403, 'ExpiredToken', 'the signed URL has expired; ask for a new one');
    default:
      return undefined;
  }
}

function problem(status: number, code: string, message: string): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(xml, { status, headers: { 'Content-Type': 'application/xml' } });
}
