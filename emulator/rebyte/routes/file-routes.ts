import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Hono } from 'hono';
import { MAX_UPLOAD_BYTES } from '../artifacts.ts';
import type { Emulator } from '../emulator.ts';
import type { StoredFile } from '../records.ts';
import type { CreateFileBody } from '../requests.ts';
import { safeName } from '../safe-name.ts';
import { type Env, jsonBody } from './route.ts';
import { signedUrl } from './storage-routes.ts';

export function fileRoutes(emulator: Emulator): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/files', async (c) => {
    const body = await emulator.contract.body<CreateFileBody>({ path: '/files', method: 'post' }, await jsonBody(c));
    const id = randomUUID();
    const file: StoredFile = {
      id,
      filename: safeName(body.filename),
      contentType: body.contentType ?? 'application/octet-stream',
      path: join(emulator.settings.directory, 'files', id),
      uploaded: false,
    };
    emulator.files.set(id, file);
    const grant = { method: 'PUT', path: `/storage/files/${id}`, contentType: file.contentType } as const;
    const uploadUrl = signedUrl(emulator, grant, emulator.settings.timings.uploadUrlMs);
    return c.json({ id, filename: file.filename, uploadUrl, maxFileSize: MAX_UPLOAD_BYTES }, 201);
  });
  return routes;
}
