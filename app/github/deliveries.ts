import type { IncomingMessage } from 'node:http';
import type { Probot } from 'probot';
import { HttpProblem } from '../http/answer.ts';
import type { Route } from '../http/http-server.ts';
import { readJsonBytes } from '../http/read-body.ts';

/** GitHub caps its payloads at 25 MB. */
const MAX_BYTES = 25 * 1024 * 1024;
const HEADERS = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'] as const;

type AnyEvent = Parameters<Probot['webhooks']['receive']>[0];

/**
 * Where GitHub delivers. Probot's own server reads bodies of any size before it looks at the signature, and logs the
 * whole payload of a forged one; so the request is read and verified here, and Probot's handlers get what is genuine.
 */
export function githubDeliveries(probot: Probot, onRefused: (event: string) => void): Route {
  return {
    method: 'POST',
    handle: async (request) => {
      const { id, event, signature } = headersOf(request);
      const text = (await readJsonBytes(request, MAX_BYTES)).toString('utf8');
      if (!(await isGenuine(probot, text, signature))) {
        onRefused(event);
        throw new HttpProblem(401, 'The signature fits neither body nor secret. Compare WEBHOOK_SECRET on both sides.');
      }
      // Trust boundary: GitHub signed it. Each handler reads what it needs with a schema of its own.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      await probot.webhooks.receive({ id, name: event, payload: parsed(text) } as AnyEvent);
      return { status: 202, body: 'taken\n' };
    },
  };
}

async function isGenuine(probot: Probot, text: string, signature: string): Promise<boolean> {
  try {
    return await probot.webhooks.verify(text, signature);
  } catch {
    // A signature that cannot even be read.
    return false;
  }
}

function headersOf({ headers }: IncomingMessage): { id: string; event: string; signature: string } {
  const missing = HEADERS.filter((name) => typeof headers[name] !== 'string' || headers[name] === '');
  if (missing.length > 0) throw new HttpProblem(400, `Missing: ${missing.join(', ')}.`);
  const [event, id, signature] = HEADERS.map((name) => String(headers[name]));
  if (id === undefined || event === undefined || signature === undefined) throw new Error('Three headers were read.');
  if (!/^[\w-]{1,100}$/.test(id)) throw new HttpProblem(400, 'x-github-delivery is no delivery id.');
  if (!/^\w{1,100}$/.test(event)) throw new HttpProblem(400, 'x-github-event is no event.');
  return { id, event, signature };
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new HttpProblem(400, 'The body is not a JSON object.');
}
