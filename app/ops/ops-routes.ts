import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { HttpProblem, type Answer } from '../http/answer.ts';
import type { Route } from '../http/http-server.ts';
import { readJsonBytes } from '../http/read-body.ts';
import { isOperator } from './ops-token.ts';

/** Where the dead letters are read, and what is done with them. */
export const OPS_PATHS = { list: '/ops/dead', replay: '/ops/dead/replay', drop: '/ops/dead/drop' } as const;

/** How many letters a request can be about. */
export const MAX_IDS = 500;
const MAX_BYTES = 256 * 1024;
const asked = z.object({ ids: z.array(z.string().min(1).max(200)).max(MAX_IDS) });

export interface OpsParts {
  readonly queue: Pick<WorkQueue, 'deadLetters' | 'replay' | 'drop'>;
  readonly token: string;
  /** Goes over what is told: an error can quote a secret. */
  readonly mask: (text: string) => string;
  /** Told of each letter that was replayed or dropped. */
  readonly onDone: (what: 'replay' | 'drop', id: string) => void;
}

/** For `npm run ops`, on the server of the metrics. Whoever does not have the App's secrets learns and changes nothing. */
export function opsRoutes(parts: OpsParts): readonly (readonly [string, Route])[] {
  const { queue } = parts;
  const list = async (): Promise<Answer> => {
    const letters = JSON.stringify(await queue.deadLetters(), (_name, value: unknown) =>
      typeof value === 'string' ? parts.mask(value) : value,
    );
    return { status: 200, body: { letters: JSON.parse(letters) } };
  };
  const change = (what: 'replay' | 'drop') => async (request: IncomingMessage) => {
    const done: string[] = [];
    const missing: string[] = [];
    for (const id of await idsIn(request)) {
      const isDone = what === 'replay' ? await queue.replay(id) : await queue.drop(id);
      (isDone ? done : missing).push(id);
      if (isDone) parts.onDone(what, id);
    }
    return { status: 200, body: { done, missing } };
  };
  const guarded = (handle: Route['handle']): Route['handle'] => {
    return (request) => {
      if (!isOperator(request.headers.authorization, parts.token))
        throw new HttpProblem(401, 'This is for `npm run ops`, started with the environment of the App.');
      return handle(request);
    };
  };
  return [
    [OPS_PATHS.list, { method: 'GET', handle: guarded(list) }],
    [OPS_PATHS.replay, { method: 'POST', handle: guarded(change('replay')) }],
    [OPS_PATHS.drop, { method: 'POST', handle: guarded(change('drop')) }],
  ];
}

async function idsIn(request: IncomingMessage): Promise<readonly string[]> {
  const raw = (await readJsonBytes(request, MAX_BYTES)).toString('utf8');
  try {
    return asked.parse(JSON.parse(raw)).ids;
  } catch {
    // Only our own command calls this; it need not hear in which field it erred.
    throw new HttpProblem(400, `The body must be {"ids": ["…"]}, at most ${MAX_IDS} of them.`);
  }
}
