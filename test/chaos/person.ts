import type { EmulatedGitHub } from '../../emulator/github/index.ts';

/** As much as is needed of what was made. */
export interface Made {
  readonly number: number;
  readonly node_id: string;
}

export interface Request {
  readonly as: string;
  /** Below the API's root. */
  readonly path: string;
  readonly body: object;
}

/** Does something on GitHub as a person does. */
export async function actOn(github: EmulatedGitHub, method: 'POST' | 'PATCH', request: Request): Promise<Made> {
  const { as, path, body } = request;
  const response = await fetch(`${github.apiUrl}${path}`, {
    method,
    // A connection of its own: one that was kept may be closed at the other end just as the request leaves.
    headers: {
      authorization: `Bearer ${github.tokenFor(as)}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const made: Made = JSON.parse(await response.text());
  return made;
}
