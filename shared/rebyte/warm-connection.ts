import { connect as connectTcp, isIP, type Socket } from 'node:net';

/**
 * So long a connection may wait for its request. Servers close what stays idle, after five seconds at the earliest; a
 * request that is written at that very moment is lost, and nobody knows whether it was read.
 */
const FRESH_MS = 3_000;

/** A connection on its way to its first request. */
export interface Taken {
  readonly socket: Socket;
  /** With TLS, whether the handshake is done as well. */
  readonly connected: boolean;
}

/** A connection opened before there is a request for it. What becomes of it until it is taken is nobody's concern. */
export class WarmConnection {
  readonly #origin: string;
  readonly #socket: Socket;
  readonly #expiry: NodeJS.Timeout;
  #connected = false;
  #taken = false;

  constructor({ origin, protocol }: URL, socket: Socket) {
    this.#origin = origin;
    this.#socket = socket;
    this.#expiry = setTimeout(() => this.close(), FRESH_MS).unref();
    // It holds no process up, and its errors are told by the request, if there ever is one.
    socket.unref().on('error', ignore);
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (this.#connected = true));
  }

  /** Begins to connect, and does not wait until it has. */
  static async open(url: URL): Promise<WarmConnection> {
    return new WarmConnection(url, await dial(url));
  }

  /** The connection, made or in the making, once; undefined when it leads elsewhere or is no longer good. */
  take({ origin }: URL): Taken | undefined {
    const socket = this.#socket;
    if (this.#taken || origin !== this.#origin) return undefined;
    this.#taken = true;
    clearTimeout(this.#expiry);
    // A server that has spoken first has said that it will not wait, e.g. with 408.
    if (!socket.readable || !socket.writable || socket.readableLength > 0) {
      socket.destroy();
      return undefined;
    }
    socket.ref().off('error', ignore);
    return { socket, connected: this.#connected };
  }

  /** Ends it, unless it was taken. */
  close(): void {
    clearTimeout(this.#expiry);
    if (!this.#taken) this.#socket.destroy();
  }
}

function ignore(): void {
  // Swallowed on purpose, see above.
}

/** As `request` of node:http and node:https connects without an agent. */
async function dial({ protocol, hostname, port }: URL): Promise<Socket> {
  const host = hostname.replace(/^\[(.+)\]$/, '$1');
  if (protocol === 'https:') {
    const { connect } = await import('node:tls');
    return connect({ host, port: Number(port || 443), servername: isIP(host) === 0 ? host : '' });
  }
  return connectTcp({ host, port: Number(port || 80) });
}
