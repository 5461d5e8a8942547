import type { Call } from '../emulator/github/index.ts';

/** Something that changed what a thread shows. */
export type Happening =
  | { readonly kind: 'reaction'; readonly login: string; readonly commentId: number; readonly content: string }
  | {
      readonly kind: 'comment';
      readonly login: string;
      readonly id: number;
      readonly body: string;
      readonly edited: boolean;
    }
  | { readonly kind: 'check'; readonly login: string; readonly title: string; readonly conclusion: string | undefined };

/** What an answered call of GitHub's API did to a thread; undefined for what only read, and for what was refused. */
export function happeningOf({ method, path, login, status = 500, body, response }: Call): Happening | undefined {
  if (status >= 300 || (method !== 'POST' && method !== 'PATCH') || login === null) return undefined;
  const reacted = /\/issues\/comments\/(\d+)\/reactions$/.exec(path);
  if (reacted) return { kind: 'reaction', login, commentId: Number(reacted[1]), content: text(body, 'content') };
  if (/\/issues\/(\d+\/comments|comments\/\d+)$/.test(path))
    return { kind: 'comment', login, id: idOf(response), body: text(response, 'body'), edited: method === 'PATCH' };
  if (/\/check-runs(\/\d+)?$/.test(path))
    return {
      kind: 'check',
      login,
      title: text(field(body, 'output'), 'title'),
      conclusion: text(body, 'conclusion') || undefined,
    };
  return undefined;
}

function idOf(response: unknown): number {
  const id = field(response, 'id');
  return typeof id === 'number' ? id : NaN;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
