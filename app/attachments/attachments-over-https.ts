import { isAttachmentHost } from './attachment-hosts.ts';
import { attachmentName } from './attachment-name.ts';
import type { AttachmentsPort } from '../../shared/ports/attachments.ts';

const MAX_REDIRECTS = 4;
const TIMEOUT_MS = 30_000;

export interface AttachmentsOptions {
  /** Default: the global one. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response>;
  /** For one attachment, redirects and bytes included. Default 30 s. */
  readonly timeoutMs?: number;
}

/**
 * Reads attachments as anybody on the web would, without credentials: GitHub shows those of private repositories to
 * people's browsers only, whatever token an App has (https://github.com/josegonzalez/python-github-backup/issues/477).
 */
export function attachmentsOverHttps(options: AttachmentsOptions = {}): AttachmentsPort {
  const { fetch: open = fetch, timeoutMs = TIMEOUT_MS } = options;
  return {
    fetch: async (link, { maxBytes }) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await follow(open, new URL(link), signal);
      const contentType = response.headers.get('content-type') ?? undefined;
      const bytes = await readBody(response, maxBytes);
      return { filename: attachmentName(link, contentType), bytes, ...(contentType !== undefined && { contentType }) };
    },
  };
}

async function follow(
  open: NonNullable<AttachmentsOptions['fetch']>,
  first: URL,
  signal: AbortSignal,
): Promise<Response> {
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    if (!isAttachmentHost(url)) throw new Error(`It leads to ${url.host}, which is not GitHub's storage.`);
    const response = await open(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return await accepted(response);
    await response.body?.cancel();
    url = new URL(location, url);
  }
  throw new Error('It leads from one address to the next without end.');
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok && !isPage(response)) return response;
  await response.body?.cancel();
  if (response.ok || response.status === 404)
    throw new Error(
      'GitHub shows it to signed-in people only, as it does in private repositories. Paste its text instead.',
    );
  throw new Error(`GitHub answered with HTTP ${response.status}.`);
}

/** GitHub's sign-in page instead of the file. */
function isPage({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/html') ?? false;
}

async function readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest of the download.
  for await (const part of body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new Error(`It is larger than ${Math.floor(maxBytes / 1_048_576)} MiB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
