import type { CallOptions, FileRef, FileTicket } from './contract.ts';
import { objectWith } from './decode.ts';
import { ApiError, ValidationError } from './errors.ts';
import { path } from './path.ts';
import { readStart } from './read-body.ts';
import type { Transport } from './transport.ts';
import type { Upload, UploadSource } from './upload-source.ts';
import { validateFilename } from './validate.ts';

/** What the API takes today; each answer's `maxFileSize` decides. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';
const MAX_STORAGE_ANSWER_BYTES = 64 * 1024;
/** How storages say that a signed URL is no longer good. */
const EXPIRED_STATUSES = new Set([400, 401, 403, 410]);

/** `/files`: uploads to attach to a task. */
export class Files {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a file as a stream; attach what it returns to `tasks.create`.
   *
   * @throws ValidationError for a file that is too large (before any byte of it is sent), unreadable, or that changes
   *   while it is read; ApiError from the API or its storage.
   */
  async upload(source: UploadSource, { signal }: CallOptions = {}): Promise<FileRef> {
    const { uploadFrom } = await import('./upload-source.ts');
    const upload = await uploadFrom(source);
    validateFilename(upload.filename);
    refuseLarger(upload, MAX_FILE_BYTES);
    const ticket = await this.#ticket(upload, signal);
    try {
      return await this.#put(upload, ticket, signal);
    } catch (error) {
      const expired = error instanceof ApiError && EXPIRED_STATUSES.has(error.status);
      if (!expired || !upload.repeatable) throw error;
    }
    // Signed URLs are good for an hour; a laptop can sleep longer. Once: a storage that refuses a new URL means it.
    return await this.#put(upload, await this.#ticket(upload, signal), signal);
  }

  /** A ticket that is never used costs nothing, so asking twice is safe. */
  async #ticket({ filename, contentType = DEFAULT_CONTENT_TYPE }: Upload, signal?: AbortSignal): Promise<FileTicket> {
    const call = {
      method: 'POST',
      path: path`/files`,
      json: { filename, contentType },
      repeat: 'safe',
      signal,
    } as const;
    return await this.#transport.json(call, objectWith<FileTicket>('id', 'uploadUrl'));
  }

  async #put(upload: Upload, ticket: FileTicket, signal?: AbortSignal): Promise<FileRef> {
    refuseLarger(upload, ticket.maxFileSize ?? MAX_FILE_BYTES);
    await putBytes(this.#transport, { upload, url: ticket.uploadUrl, signal });
    return { id: ticket.id, filename: ticket.filename ?? upload.filename };
  }
}

/** PUTs to a signed storage URL, which gets the same content type as was announced, and no key. */
export async function putBytes(
  transport: Transport,
  { upload, url, signal }: { readonly upload: Upload; readonly url: string } & CallOptions,
): Promise<void> {
  const { contentType = DEFAULT_CONTENT_TYPE, size, open, repeatable } = upload;
  const headers = { 'content-type': contentType, 'content-length': String(size) };
  const repeat = repeatable ? 'safe' : 'if-unsent';
  await transport.storage({ method: 'PUT', url, headers, body: open, repeat, signal }, async (answer) => {
    // Read, so that the connection can serve the next file; the bytes are stored whatever becomes of the answer's.
    await readStart(answer, MAX_STORAGE_ANSWER_BYTES).catch(() => undefined);
  });
}

function refuseLarger({ filename, size }: Upload, max: number): void {
  if (size > max) throw new ValidationError('size', `${filename} has ${size} bytes; the API takes at most ${max}.`);
}
