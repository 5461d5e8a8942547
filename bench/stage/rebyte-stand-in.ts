import { createServer, type ServerResponse } from 'node:http';
import { taskIdOf } from './seed-runs.ts';

const RESULT = 'It is done. '.repeat(170);

/** Rebyte with very many tasks, which the emulator would need a process each for: it answers what a sweep asks. */
export interface RebyteStandIn {
  /** As REBYTE_API_URL. */
  readonly url: string;
  /** `METHOD /path` without ids and query, since the last call. */
  readonly takeCalls: () => readonly string[];
  /** All tasks end, and no webhook tells. */
  readonly endAll: () => void;
  readonly close: () => Promise<void>;
}

/** @param tasks how many were given; those of {@link taskIdOf} */
export async function startRebyteStandIn(tasks: number): Promise<RebyteStandIn> {
  const createdAt = new Date(Date.now() - 120_000).toISOString();
  let calls: string[] = [];
  let endedAt: string | null = null;
  const task = (id: string) => ({
    id,
    url: `https://app.rebyte.ai/run/${id}`,
    title: 'Mend the nightly build',
    executor: 'claude',
    model: 'claude-sonnet-4.6',
    createdAt,
    completedAt: endedAt,
  });
  const answers: Readonly<Record<string, (url: URL) => unknown>> = {
    'GET /v1/tasks': ({ searchParams }) => {
      const [offset, limit] = [Number(searchParams.get('offset')), Number(searchParams.get('limit'))];
      const shown = Math.max(0, Math.min(limit, tasks - offset));
      // Newest first.
      const data = Array.from({ length: shown }, (_, index) => task(taskIdOf(tasks - 1 - offset - index)));
      return { data, total: tasks, limit, offset };
    },
    'GET /v1/tasks/:id': ({ pathname }) => {
      const [status, prompt] = endedAt === null ? ['running', 'running'] : ['completed', 'succeeded'];
      const prompts = [{ id: 'prompt', status: prompt, submittedAt: createdAt, completedAt: endedAt }];
      return { ...task(pathname.split('/')[3] ?? ''), status, prompts };
    },
    'GET /v1/workspaces/:id/artifacts': () => ({ data: [] }),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const call = `${request.method} ${url.pathname.replace(/[\da-f]{8}-[\da-f-]{27}/, ':id')}`;
    calls.push(call);
    if (call === 'GET /v1/tasks/:id/events') return tellEnd(response);
    const answer = answers[call]?.(url);
    const body = answer ?? { error: { code: 'not_found', message: 'The stand-in has no such thing.' } };
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in listens on no TCP port.');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    takeCalls: () => calls.splice(0),
    endAll: () => (endedAt = new Date().toISOString()),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}

function tellEnd(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`event: done\ndata: ${JSON.stringify({ status: 'succeeded', lastSeq: 9, finalResult: RESULT })}\n\n`);
}
