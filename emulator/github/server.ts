import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type MiddlewareHandler, type Next } from 'hono';
import { appOfJwt, looksLikeJwt } from './app-auth.ts';
import type { ApiContext, ApiEnv, Call, World } from './api.ts';
import type { CheckedRequest, Contract } from './contract/contract.ts';
import { isObject } from './contract/json-schema.ts';
import type { Fault, FaultQueue } from './faults.ts';
import { invalidRequest, notFound, Problem } from './problem.ts';
import { serveApps } from './routes/apps.ts';
import { serveChecks } from './routes/checks.ts';
import { serveComments } from './routes/comments.ts';
import { serveContents } from './routes/contents.ts';
import { serveHooks } from './routes/hooks.ts';
import { serveIssues } from './routes/issues.ts';
import { servePulls } from './routes/pulls.ts';
import { serveReactions } from './routes/reactions.ts';
import { serveRefs } from './routes/refs.ts';
import { serveRepositories } from './routes/repositories.ts';
import { serveReviews } from './routes/reviews.ts';
import { serveStatuses } from './routes/statuses.ts';
import { serveTeams } from './routes/teams.ts';
import { answerGraphql, serveUsers } from './routes/users.ts';
import type { Actor, State } from './state.ts';

const ROOT = '/api/v3';

export interface ServerParts {
  readonly world: World;
  readonly contract: Contract;
  readonly faults: FaultQueue;
  readonly calls: Call[];
  /** Told what is wrong with a request of a client. */
  readonly onViolation: (violation: string) => void;
  /** Told what is wrong with an answer of ours; undefined leaves answers unchecked. */
  readonly onOwnFault?: (fault: string) => void;
  readonly log: (line: string) => void;
}

/** GitHub's two APIs as one web application: REST below /api/v3, GraphQL at /api/graphql, as on Enterprise Server. */
export function createGitHubApp(parts: ServerParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => {
    if (error instanceof Problem) return c.json(error.body, error.status, error.headers);
    parts.log(`emulator: ${error.stack ?? error.message}`);
    return c.json({ message: 'Server Error' }, 500);
  });
  app.notFound((c) => {
    const path = c.req.path.slice(ROOT.length);
    const { operation } = parts.contract.request({ method: c.req.method, path });
    // GitHub has it and we do not: said aloud, or a test would take our gap for GitHub's answer.
    if (operation !== undefined) parts.onViolation(`${operation}: the emulator does not serve this operation`);
    return c.json(notFound().body, 404);
  });
  app.use(`${ROOT}/*`, judge(parts));
  app.use('/api/graphql', judge(parts));
  app.post('/api/graphql', (c) => c.json(answerGraphql(c, parts.world)));
  const api = new Hono<ApiEnv>();
  // Comments before issues: `/issues/comments/{id}` is no issue number.
  for (const serve of [
    serveApps,
    serveHooks,
    serveTeams,
    serveUsers,
    serveRepositories,
    serveContents,
    serveRefs,
    serveComments,
    serveReactions,
    serveIssues,
    servePulls,
    serveReviews,
    serveChecks,
    serveStatuses,
  ]) {
    serve(api, parts.world);
  }
  app.route(ROOT, api);
  return app;
}

/** Around every call: recorded, its sender known, struck by a fault or not, checked with GitHub's description. */
function judge(parts: ServerParts): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const sender = senderOf(parts.world.state, c.req.header('authorization'));
    const text = await c.req.text();
    const call = recordCall(c, { text, sender });
    parts.calls.push(call);
    const fault = parts.faults.take(call);
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault?.reset === 'before') {
      cut(c);
      return;
    }
    if (fault?.status !== undefined) c.res = struck(fault, fault.status);
    else await answer(c, next, { parts, call, sender, text });
    if (fault?.reset === 'after') {
      cut(c);
      return;
    }
    await complete(c, call);
    if (call.method === 'GET' && call.status === 200) await tag(c, call);
    parts.log(`${call.method} ${call.path} ${call.status}`);
  };
}

/** A call on its way: how it is recorded, who sent it (or the 401 for that) and its raw body. */
interface Exchange {
  readonly parts: ServerParts;
  readonly call: Call;
  readonly sender: Actor | Problem;
  readonly text: string;
}

async function answer(c: ApiContext, next: Next, exchange: Exchange): Promise<void> {
  const { parts, call, sender } = exchange;
  const checked = check(c, exchange);
  for (const fault of [...checked.refused, ...checked.wrong]) {
    parts.onViolation(`${call.method} ${call.path}: ${fault}`);
  }
  if (sender instanceof Problem) return refuse(c, sender);
  const problem = refusal(exchange, checked);
  if (problem) return refuse(c, problem);
  c.set('actor', sender);
  c.set('body', isObject(call.body) ? call.body : {});
  await next();
  await checkOwn(c, { parts, call, checked });
}

function refuse(c: ApiContext, problem: Problem): void {
  c.res = c.json(problem.body, problem.status);
}

function refusal({ text, call }: Exchange, checked: CheckedRequest): Problem | undefined {
  if (text !== '' && call.body === undefined) return new Problem(400, { message: 'Problems parsing JSON' });
  return checked.refused.length > 0 ? invalidRequest(checked.refused) : undefined;
}

function check(c: ApiContext, { parts, call, sender }: Exchange): CheckedRequest {
  if (call.path === '/graphql') return { refused: [], wrong: [] };
  const { method, query, body } = call;
  const path = new URL(c.req.url).pathname.slice(ROOT.length);
  const byInstallation = !(sender instanceof Problem) && sender.kind === 'installation';
  return parts.contract.request({ method, path, query, body, byInstallation });
}

/** Our own answers are judged like the client's requests. */
async function checkOwn(
  c: ApiContext,
  { parts, call, checked }: { parts: ServerParts; call: Call; checked: CheckedRequest },
): Promise<void> {
  if (!parts.onOwnFault || checked.operation === undefined) return;
  if (!c.res.headers.get('content-type')?.startsWith('application/json')) return;
  const { operation } = checked;
  const body: unknown = await c.res.clone().json();
  for (const fault of parts.contract.response({ operation, status: c.res.status, body })) {
    parts.onOwnFault(`${call.method} ${call.path} ${c.res.status}: ${fault}`);
  }
}

function recordCall(c: ApiContext, { text, sender }: { text: string; sender: Actor | Problem }): Call {
  const url = new URL(c.req.url);
  return {
    method: c.req.method,
    path: url.pathname === '/api/graphql' ? '/graphql' : decodeURI(url.pathname.slice(ROOT.length)),
    query: url.search.slice(1),
    body: jsonOf(text),
    login: sender instanceof Problem || sender.kind === 'anonymous' ? null : sender.login,
  };
}

async function complete(c: ApiContext, call: Call): Promise<void> {
  const json = c.res.headers.get('content-type')?.startsWith('application/json') ?? false;
  call.status = c.res.status;
  if (json) {
    call.response = await c.res.clone().json();
    c.res.headers.set('content-type', 'application/json; charset=utf-8');
  }
  c.res.headers.set('x-github-request-id', randomUUID());
  c.res.headers.set('x-github-media-type', 'github.v3; format=json');
  for (const [name, value] of Object.entries(rateLimit())) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
}

/** Conditional requests: an answer that is still the same is 304 and empty. The tag is of the answer, so of its media type too. */
async function tag(c: ApiContext, call: Call): Promise<void> {
  const body = Buffer.from(await c.res.clone().arrayBuffer());
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  c.res.headers.set('etag', etag);
  if (c.req.header('if-none-match') !== etag) return;
  call.status = 304;
  const headers = new Headers(c.res.headers);
  headers.delete('content-type');
  c.res = new Response(null, { status: 304, headers });
}

/** Never used up: a test that wants the limit queues it as a fault. */
function rateLimit(): Readonly<Record<string, string>> {
  const reset = Math.floor(Date.now() / 1000) + 3600;
  return {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-used': '1',
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  };
}

/** `token X` or `Bearer X`; no header is nobody. A token that is worth nothing is the 401 it is answered with. */
function senderOf(state: State, header: string | undefined): Actor | Problem {
  if (header === undefined) return { kind: 'anonymous' };
  const token = header.replace(/^(token|bearer)\s+/i, '');
  if (looksLikeJwt(token)) return appOfJwt(state, token);
  return state.tokens.get(token) ?? new Problem(401, { message: 'Bad credentials' });
}

function struck(fault: Fault, status: number): Response {
  const { body = { message: `fault ${status}` } } = fault;
  const html = typeof body === 'string';
  const type = html ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  return new Response(html ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': type, ...fault.headers },
  });
}

/** Drops the connection without a word. */
function cut(c: ApiContext): void {
  c.env.incoming.socket.destroy();
  c.res = RESPONSE_ALREADY_SENT;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller tells "nothing sent" from "nonsense sent" by the text.
    return undefined;
  }
}
