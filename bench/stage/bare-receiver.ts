// What the App's intake is compared with: `server`, an app with a handler that does nothing, as Probot's `run` serves it;
// `middleware`, the same behind Probot's middleware alone; `http`, no framework: the body, its HMAC, JSON.parse.
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { pino } from 'pino';
import { createNodeMiddleware, Probot, Server } from 'probot';
import { announce } from './announce.ts';

const { APP_ID = '', PRIVATE_KEY = '', WEBHOOK_SECRET = '' } = process.env;

const PROBOT_OPTIONS = {
  appId: Number(APP_ID),
  privateKey: PRIVATE_KEY,
  secret: WEBHOOK_SECRET,
  log: pino({ level: 'silent' }),
};

const kind = process.argv[2];
if (kind === 'server') await startProbot();
else await startHttp(kind === 'middleware' ? await middlewareListener() : bareListener);

async function startProbot(): Promise<void> {
  const { log } = PROBOT_OPTIONS;
  const server = new Server({ Probot: Probot.defaults(PROBOT_OPTIONS), host: '127.0.0.1', port: 0, log });
  await server.load(idle);
  announce(urlOf(await server.start()), () => server.stop());
}

async function startHttp(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  announce(urlOf(server), async () => {
    server.closeAllConnections();
    await new Promise<void>((done) => void server.close(() => done()));
  });
}

function urlOf(server: HttpServer): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
  return `http://127.0.0.1:${address.port}`;
}

async function middlewareListener(): Promise<RequestListener> {
  const middleware = await createNodeMiddleware(idle, { probot: new Probot(PROBOT_OPTIONS) });
  return (request, response) => void middleware(request, response);
}

function idle(app: Probot): void {
  app.on('issue_comment.created', () => undefined);
}

function bareListener(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const expected = `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`;
    const given = String(request.headers['x-hub-signature-256']);
    const genuine = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
    if (genuine) JSON.parse(body.toString('utf8'));
    response.writeHead(genuine ? 202 : 401).end();
  });
}
