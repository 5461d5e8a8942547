import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly raw: string;
  // The shape is what the tests are about.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly payload: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers of the coming requests, in order; then 200 again. */
  readonly statuses: number[];
  close(): Promise<void>;
}

/** An app's webhook endpoint that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ headers, raw, payload: JSON.parse(raw) });
      response.writeHead(statuses.shift() ?? 200).end('taken');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver listens on no TCP port.');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${address.port}/hook`, received, statuses, close };
}
