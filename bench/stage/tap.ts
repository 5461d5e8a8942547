import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Mark } from './messages.ts';

/** Something to wait for on the wire. */
export interface Sight {
  readonly mark: Mark;
  /** Empty: any bytes. */
  readonly text: string;
  readonly from: 'client' | 'server';
}

export interface TapOptions {
  /** Where connections are passed on to; nowhere when absent: then nothing is ever answered. */
  readonly port?: number;
  readonly sights: readonly Sight[];
  readonly onSight: (mark: Mark) => void;
}

/** A listener that passes bytes on and tells of the sights in them. */
export async function openTap({ port, sights, onSight }: TapOptions): Promise<{ port: number; server: Server }> {
  const sightsFrom = (from: Sight['from']): Sight[] => sights.filter((sight) => sight.from === from);
  const server = createServer({ noDelay: true }, (client) => {
    client.on('error', () => client.destroy()); // Its peer was killed: nobody is left to be told.
    watch(client, sightsFrom('client'), onSight);
    if (port === undefined) return;
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    watch(upstream, sightsFrom('server'), onSight);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return { port: portOf(server.address()), server };
}

/** Looks at the bytes before they are passed on, across the borders of chunks. */
function watch(socket: Socket, sights: readonly Sight[], onSight: (mark: Mark) => void): void {
  for (const { mark, text } of sights) {
    let tail = '';
    socket.on('data', (chunk: Buffer) => {
      const seen = tail + chunk.toString('latin1');
      const found = seen.includes(text);
      if (found) onSight(mark);
      tail = found || text.length < 2 ? '' : seen.slice(1 - text.length);
    });
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The tap listens on no TCP port.');
  return address.port;
}
