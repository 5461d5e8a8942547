import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { EmulatedGitHub } from '../../emulator/github/index.ts';
import { APP, PEOPLE, PULLS, REPOSITORIES } from '../chaos/places.ts';

/** A delivery as GitHub signed and sent it, with a command that asks for a run. */
export interface Captured {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** GitHub's id of the delivery. */
  readonly id: string;
  /** Of the comment that the command stands in. */
  readonly nodeId: string;
}

const SENT = ['content-type', 'x-github-event', 'x-github-delivery', 'x-hub-signature-256'];

/** Has people give so many commands, and keeps what GitHub delivers of them instead of letting it arrive. */
export async function captureCommands(github: EmulatedGitHub, count: number): Promise<readonly Captured[]> {
  const captured: Captured[] = [];
  const server = createServer((request, response) => {
    void keep(request).then((delivery) => {
      captured.push(delivery);
      return response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The captor listens on no TCP port.');
  github.setWebhookUrl(APP, `http://127.0.0.1:${address.port}/`);
  for (let index = 0; index < count; index += 1) await comment(github, index);
  await github.delivered();
  github.setWebhookUrl(APP, undefined);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return captured;
}

async function keep(request: IncomingMessage): Promise<Captured> {
  const body = await buffer(request);
  const headers = Object.fromEntries(SENT.map((name) => [name, String(request.headers[name])]));
  const payload: { readonly comment: { readonly node_id: string } } = JSON.parse(body.toString());
  return { headers, body, id: headers['x-github-delivery'] ?? '', nodeId: payload.comment.node_id };
}

/** In each pull request in turn. */
async function comment(github: EmulatedGitHub, index: number): Promise<void> {
  const { owner, repo } = REPOSITORIES[index % REPOSITORIES.length]!;
  const number = 1 + (Math.floor(index / REPOSITORIES.length) % PULLS);
  const as = PEOPLE[index % PEOPLE.length]!;
  const url = `${github.apiUrl}/repos/${owner}/${repo}/issues/${number}/comments`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${github.tokenFor(as)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ body: `/rebyte Do thing ${index}.` }),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
}
