import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bounds a server's connections. Beyond `max`, the connection on which nothing whole has come for longest gives way to the
 * new one: GitHub and Rebyte send at once what they have, and who holds connections open by sending slowly loses them. A
 * request that was received whole is answered; where all are such, the new connection is closed.
 *
 * @param onCut told before a connection is closed
 */
export function limitConnections(server: Server, max: number, onCut: (socket: Socket) => void): void {
  /** Longest without an answer first. */
  const byAge = new Set<Socket>();
  const reading = new Map<Socket, IncomingMessage>();
  server.on('connection', (socket: Socket) => {
    byAge.add(socket);
    socket.once('close', () => {
      byAge.delete(socket);
      reading.delete(socket);
    });
    if (byAge.size > max) {
      const cut = oldestIdle();
      onCut(cut);
      cut.destroy();
    }

    function oldestIdle(): Socket {
      for (const each of byAge) if (reading.get(each)?.complete !== true) return each;
      return socket;
    }
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    reading.set(socket, request);
    response.once('close', () => {
      if (reading.get(socket) !== request) return;
      reading.delete(socket);
      if (byAge.delete(socket) && !socket.destroyed) byAge.add(socket);
    });
  });
}
