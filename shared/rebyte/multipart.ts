import { randomUUID } from 'node:crypto';
import type { Upload } from './upload-source.ts';

export interface Multipart {
  readonly contentType: string;
  /** Bytes, for Content-Length. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/**
 * A multipart/form-data body with one field of several files, streamed.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
export function multipartOf(field: string, uploads: readonly Upload[]): Multipart {
  const boundary = `rebyte-${randomUUID()}`;
  const parts = uploads.map((upload) => ({ head: headOf(boundary, field, upload), upload }));
  const tail = Buffer.from(`--${boundary}--\r\n`);
  const size = parts.reduce((sum, { head, upload }) => sum + head.byteLength + upload.size + 2, tail.byteLength);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    size,
    async *open() {
      for (const { head, upload } of parts) {
        yield head;
        yield* upload.open();
        yield Buffer.from('\r\n');
      }
      yield tail;
    },
  };
}

function headOf(boundary: string, field: string, { filename, contentType }: Upload): Buffer {
  const escaped = filename.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
  return Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${escaped}"\r\n` +
      `Content-Type: ${contentType ?? 'application/octet-stream'}\r\n\r\n`,
  );
}
