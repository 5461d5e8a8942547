import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isAttachmentHost } from '../../../app/attachments/attachment-hosts.ts';
import { attachmentName } from '../../../app/attachments/attachment-name.ts';
import { attachmentsOverHttps } from '../../../app/attachments/attachments-over-https.ts';

const LINK = 'https://github.com/user-attachments/assets/0a1b';
const BUCKET = 'https://github-production-user-asset-6210df.s3.amazonaws.com/1/0a1b.png';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Every host of the web is this one server. */
async function attachmentsFrom(answer: RequestListener) {
  server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return attachmentsOverHttps({
    fetch: async (url, init) =>
      await fetch(`http://127.0.0.1:${port}${url.pathname}`, { ...init, headers: { 'x-host': url.host } }),
  });
}

const ASK = { maxBytes: 1_048_576 };

describe('an attachment', () => {
  test('is followed to its bucket and read, without credentials', async () => {
    const asked: [unknown, unknown][] = [];
    const attachments = await attachmentsFrom((request, response) => {
      asked.push([request.headers['x-host'], request.headers.authorization]);
      if (request.headers['x-host'] === 'github.com') response.writeHead(302, { location: BUCKET }).end();
      else response.writeHead(200, { 'content-type': 'image/png' }).end('pixels');
    });
    const file = await attachments.fetch(LINK, ASK);
    expect({ ...file, bytes: Buffer.from(file.bytes).toString() }).toEqual({
      filename: '0a1b.png',
      contentType: 'image/png',
      bytes: 'pixels',
    });
    expect(asked.map(([, authorization]) => authorization)).toEqual([undefined, undefined]);
  });

  test.each([
    { what: 'larger than what may be sent', body: 'x'.repeat(1_048_577), says: 'larger than 1 MiB' },
    { what: 'that GitHub hides', status: 404, says: 'signed-in people only' },
    { what: 'that is a sign-in page', headers: { 'content-type': 'text/html' }, says: 'signed-in people only' },
    { what: 'that GitHub cannot serve', status: 503, says: 'HTTP 503' },
    { what: 'that leads elsewhere', status: 302, headers: { location: 'https://10.0.0.1/' }, says: '10.0.0.1, which' },
    { what: 'that leads in circles', status: 302, headers: { location: LINK }, says: 'without end' },
  ])('$what is not read, and says why', async ({ status = 200, headers = {}, body = '', says }) => {
    const attachments = await attachmentsFrom((_request, response) => {
      response.writeHead(status, headers).end(body);
    });
    await expect(attachments.fetch(LINK, ASK)).rejects.toThrow(says);
  });

  test.each([
    'http://github.com/x',
    'https://github.com:8443/x',
    'https://user@github.com/x',
    'https://github.com.evil.example/x',
    'https://evil-s3.s3.amazonaws.com/x',
  ])('is never read from %s', (address) => {
    expect(isAttachmentHost(new URL(address))).toBe(false);
  });

  test('has a plain name', () => {
    expect(attachmentName('https://github.com/a/b/files/1/my%20log..txt')).toBe('my-log..txt');
    expect(attachmentName('https://github.com/user-attachments/assets/..%2f', 'image/jpeg')).toBe('attachment.jpg');
  });
});
