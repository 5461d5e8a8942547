// What the App's intake is compared with: `probot`, an app with a handler that does nothing, behind Probot's own
// middleware; `http`, no framework: the body, its HMAC, JSON.parse.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { pino } from 'pino';
import { createNodeMiddleware, Probot } from 'probot';
import { announce } from './announce.ts';

const { APP_ID = '', PRIVATE_KEY = '', WEBHOOK_SECRET = '' } = process.env;

const server = createServer(process.argv[2] === 'probot' ? await probotListener() : bareListener);
await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
announce(`http://127.0.0.1:${address.port}`, async () => {
  server.closeAllConnections();
  await new Promise<void>((done) => void server.close(() => done()));
});

async function probotListener(): Promise<RequestListener> {
  const probot = new Probot({
    appId: Number(APP_ID),
    privateKey: PRIVATE_KEY,
    secret: WEBHOOK_SECRET,
    log: pino({ level: 'silent' }),
  });
  const middleware = await createNodeMiddleware((app) => app.on('issue_comment.created', () => undefined), { probot });
  return (request, response) => void middleware(request, response);
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
