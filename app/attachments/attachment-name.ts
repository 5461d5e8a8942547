const MAX_NAME_CHARS = 100;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/svg+xml': '.svg',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'text/plain': '.txt',
};

/** A plain file name for what a link leads to: its last part, with the extension that its type calls for. */
export function attachmentName(link: string, contentType = ''): string {
  const last = new URL(link).pathname.split('/').at(-1) ?? '';
  const name =
    last
      .replace(/(?:%[0-9a-f]{2}|[^\w.-])+/gi, '-')
      .replace(/^[.-]+/, '')
      .slice(-MAX_NAME_CHARS) || 'attachment';
  if (/\.[a-z0-9]{1,8}$/i.test(name)) return name;
  const [type = ''] = contentType.toLowerCase().split(';');
  return name + (EXTENSIONS[type.trim()] ?? '');
}
