import type { Artifact, CallOptions, UploadedArtifact } from './contract.ts';
import { listIn, objectWith } from './decode.ts';
import { InvalidResponseError, ValidationError } from './errors.ts';
import { plainFileName } from './artifact-name.ts';
import { putBytes } from './files.ts';
import { path } from './path.ts';
import type { Transport } from './transport.ts';
import type { Upload } from './upload-source.ts';

export interface DownloadTarget {
  /** Made if missing; the artifact never lands outside of it. */
  readonly directory: string;
  /** Default 1 GiB. */
  readonly maxBytes?: number | undefined;
}

interface SignedUpload {
  readonly name: string;
  readonly uploadUrl: string;
}

const DEFAULT_MAX_DOWNLOAD_BYTES = 1024 * 1024 * 1024;
const MAX_MULTIPART_FILES = 10;
const MAX_MULTIPART_FILE_BYTES = 10_000_000;
const MAX_SIGNED_FILES = 50;

/** `/workspaces/:id/artifacts`: files that tasks produced, one store per workspace. */
export class Artifacts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(workspaceId: string, { signal }: CallOptions = {}): Promise<readonly Artifact[]> {
    const call = { method: 'GET', path: path`/workspaces/${workspaceId}/artifacts`, signal } as const;
    return await this.#transport.json(call, listIn('data', objectWith<Artifact>('name')));
  }

  /**
   * Downloads to `directory/name` as a stream, whole or not at all, and returns the file's path.
   *
   * @throws ValidationError for a name that is not a plain file name, or when something other than a regular file is in its place.
   */
  async download(
    workspaceId: string,
    name: string,
    target: DownloadTarget,
    { signal }: CallOptions = {},
  ): Promise<string> {
    const { directory, maxBytes = DEFAULT_MAX_DOWNLOAD_BYTES } = target;
    const call = {
      method: 'GET',
      path: path`/workspaces/${workspaceId}/artifacts/${plainFileName(name)}`,
      headers: { accept: '*/*' },
      signal,
    } as const;
    const { saveFile } = await import('./save-file.ts');
    return await this.#transport.exchange(call, (answer) => saveFile(answer.chunks, { directory, name, maxBytes }));
  }

  /** Uploads files under their own names, replacing what has the same name. */
  async upload(
    workspaceId: string,
    paths: readonly string[],
    { signal }: CallOptions = {},
  ): Promise<readonly UploadedArtifact[]> {
    const { uploadFrom } = await import('./upload-source.ts');
    const uploads = await Promise.all(paths.map((each) => uploadFrom({ path: each })));
    refuseSameNames(uploads);
    const small = uploads.every(({ size }) => size <= MAX_MULTIPART_FILE_BYTES);
    if (uploads.length === 0) return [];
    if (small && uploads.length <= MAX_MULTIPART_FILES) return await this.#uploadTogether(workspaceId, uploads, signal);
    const stored: UploadedArtifact[] = [];
    for (let i = 0; i < uploads.length; i += MAX_SIGNED_FILES) {
      stored.push(...(await this.#uploadSigned(workspaceId, uploads.slice(i, i + MAX_SIGNED_FILES), signal)));
    }
    return stored;
  }

  async delete(workspaceId: string, name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.delete({ path: path`/workspaces/${workspaceId}/artifacts/${name}`, signal });
  }

  async deleteAll(workspaceId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.delete({ path: path`/workspaces/${workspaceId}/artifacts`, signal });
  }

  async #uploadTogether(
    workspaceId: string,
    uploads: readonly Upload[],
    signal?: AbortSignal,
  ): Promise<readonly UploadedArtifact[]> {
    const { multipartOf } = await import('./multipart.ts');
    const { contentType, size, open } = multipartOf('files', uploads);
    const call = {
      method: 'POST',
      path: path`/workspaces/${workspaceId}/artifacts`,
      headers: { 'content-type': contentType, 'content-length': String(size) },
      body: open,
      // It merges by name: twice is the same as once.
      repeat: 'safe',
      signal,
    } as const;
    return await this.#transport.json(call, listIn('uploaded', objectWith<UploadedArtifact>('name')));
  }

  async #uploadSigned(
    workspaceId: string,
    uploads: readonly Upload[],
    signal?: AbortSignal,
  ): Promise<UploadedArtifact[]> {
    const files = uploads.map(({ filename: name }) => ({ name }));
    const call = {
      method: 'POST',
      path: path`/workspaces/${workspaceId}/artifacts/upload-url`,
      json: { files },
      repeat: 'safe',
      signal,
    } as const;
    const signed = await this.#transport.json(call, listIn('files', objectWith<SignedUpload>('name', 'uploadUrl')));
    const stored: UploadedArtifact[] = [];
    for (const upload of uploads) {
      const url = signed.find(({ name }) => name === upload.filename)?.uploadUrl;
      if (url === undefined) throw new InvalidResponseError(`The API gave no upload URL for ${upload.filename}.`);
      await putBytes(this.#transport, { upload, url, signal });
      stored.push({ name: upload.filename, size: upload.size, contentType: 'application/octet-stream' });
    }
    return stored;
  }
}

function refuseSameNames(uploads: readonly Upload[]): void {
  const names = new Set<string>();
  for (const { filename } of uploads) {
    if (names.has(filename))
      throw new ValidationError('paths', `Two files are named ${filename}; one would replace the other.`);
    names.add(filename);
  }
}
