import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './refusal.ts';

interface Ending {
  readonly refusal: Refusal;
  readonly status: string;
}

const BAD_REQUEST = '400 Bad Request';
const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', { refusal: 'timeout', status: '408 Request Timeout' }],
  ['HPE_HEADER_OVERFLOW', { refusal: 'too_large', status: '431 Request Header Fields Too Large' }],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', { refusal: 'too_large', status: '413 Payload Too Large' }],
  ['HPE_INVALID_EOF_STATE', { refusal: 'cut_off', status: BAD_REQUEST }],
]);

/**
 * Answers, as Node does by itself, what never became a whole request: too slow, too much, not HTTP. A connection that the
 * other side has reset is closed and not told of: often nothing was under way on it.
 *
 * @param onEnded told before the connection is closed
 */
export function answerClientErrors(server: Server, onEnded: (refusal: Refusal, socket: Duplex) => void): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const { code = '' } = error;
    const { refusal, status } = ENDINGS.get(code) ?? { refusal: 'malformed', status: BAD_REQUEST };
    if (ENDINGS.has(code) || code.startsWith('HPE_')) onEnded(refusal, socket);
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
    else socket.destroy();
  });
}
