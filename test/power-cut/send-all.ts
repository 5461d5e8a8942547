import { Agent, request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Captured } from './captured.ts';

/** A request as the sender saw it. */
export interface Sent {
  readonly delivery: Captured;
  /** The sender's end of the connection. */
  readonly port: number;
  readonly status: number;
}

/** Sends them all over so many connections, each of which waits for an answer before it sends the next. In the order of each. */
export async function sendAll(
  url: string,
  deliveries: readonly Captured[],
  connections: number,
): Promise<readonly Sent[]> {
  const waiting = [...deliveries];
  const sent: Sent[] = [];
  const sender = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      sent.push(await send(url, next, agent));
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, sender));
  return sent;
}

async function send(url: string, delivery: Captured, agent: Agent): Promise<Sent> {
  const { headers, body } = delivery;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/api/github/webhooks`, { method: 'POST', headers, agent }, resolve).on('error', reject).end(body);
  });
  const { localPort } = response.socket;
  await buffer(response);
  if (localPort === undefined) throw new Error(`The connection on which ${delivery.id} was answered is gone.`);
  return { delivery, port: localPort, status: response.statusCode ?? 0 };
}
