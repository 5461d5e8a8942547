import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/answer.ts';
import type { BodyBudget } from '../http/body-budget.ts';
import type { Route } from '../http/http-server.ts';
import { readJsonBytes } from '../http/read-body.ts';
import { isSigned } from './is-signed.ts';
import type { Arrival } from './payload.ts';

/** GitHub caps its payloads at 25 MB. */
const MAX_BYTES = 25 * 1024 * 1024;
const HEADERS = ['x-github-event', 'x-github-delivery', 'x-hub-signature-256'] as const;

export interface GitHubDeliveryParts {
  /** Each is good: two while one replaces the other. */
  readonly secrets: readonly string[];
  /** Resolves when nothing of the delivery can be lost any more. */
  readonly take: (arrival: Arrival) => Promise<void>;
  /** Told of each that nobody known has signed. */
  readonly onRefused: () => void;
  /** Shared by all bodies that are being read. Default: 256 MiB for the process. */
  readonly budget?: BodyBudget;
}

/**
 * Where GitHub delivers. Not Probot's own receiver: that reads bodies of any size before it looks at the signature, logs
 * the whole payload of a forged one, and makes an Octokit for each that is genuine (docs/adr/0008-deliveries-without-probot.md).
 */
export function githubDeliveries({ secrets, take, onRefused, budget }: GitHubDeliveryParts): Route {
  return {
    method: 'POST',
    handle: async (request) => {
      const { id, event, signature } = headersOf(request);
      const raw = await readJsonBytes(request, MAX_BYTES, budget);
      if (!isSigned(raw, signature, secrets)) {
        onRefused();
        throw new HttpProblem(401, 'The signature fits neither body nor secret. Compare WEBHOOK_SECRET on both sides.');
      }
      await take({ id, name: event, payload: parsed(raw.toString('utf8')) });
      return { status: 202, body: 'taken\n' };
    },
  };
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
