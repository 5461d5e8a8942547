import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** A proxy that lets nobody through, and says why. */
export class RefusingProxy {
  /** `host:port`. */
  readonly address: string;
  /** Of the headers with which it was asked to connect. */
  readonly credentials: string[];
  readonly #server: Server;

  private constructor(server: Server, credentials: string[]) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy listens on no TCP port.');
    this.address = `127.0.0.1:${address.port}`;
    this.credentials = credentials;
    this.#server = server;
  }

  /** @param words said in the reason, a header and the body of each refusal */
  static async start(words: () => string): Promise<RefusingProxy> {
    const credentials: string[] = [];
    const server = createServer();
    server.on('connect', (request, socket: Duplex) => {
      credentials.push(String(request.headers['proxy-authorization']));
      const plain = words()
        .replaceAll(/[^\x20-\x7e]/g, '')
        .slice(0, 6_000);
      const head = `HTTP/1.1 407 ${plain}\r\nProxy-Authenticate: Basic realm="${plain}"\r\nConnection: close\r\n\r\n`;
      socket.end(`${head}${words()}`);
    });
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    return new RefusingProxy(server, credentials);
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => void this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}
