import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isIPv6, type AddressInfo, type LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { settingsFrom } from '../../../shared/rebyte/options.ts';
import { Transport } from '../../../shared/rebyte/transport.ts';
import { ENGINES, failure } from './scripted-server.ts';

/** What names lead to, for those who ask. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'api.example': ['93.184.216.34'],
  'api.intranet.example': ['10.1.2.3'],
  'storage.example': ['127.0.0.1'],
};

const lookup: LookupFunction = (hostname, { all }, callback) => {
  const found = (NAMES[hostname] ?? []).map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const [first] = found;
  if (first === undefined) callback(Object.assign(new Error(`no ${hostname}`), { code: 'ENOTFOUND' }), '');
  else if (all === true) callback(null, found);
  else callback(null, first.address, first.family);
};

let server: Server;
let port: number;
let connections: number;
beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => request.resume().on('end', () => response.end('stored')));
  server.on('connection', () => void (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = portOf(server);
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function portOf(listening: Server): number {
  const { port: number } = listening.address() as AddressInfo;
  return number;
}

async function refusalOf(call: Promise<unknown>): Promise<object> {
  const error = await failure(call);
  return error instanceof Error ? { name: error.name, message: error.message } : {};
}

describe.each(ENGINES)('by %s, a storage URL', (engine) => {
  async function put(url: string, baseUrl: string, proxy?: string): Promise<number> {
    const options = { apiKey: 'rbk_test', engine, lookup, proxy, retry: { attempts: 1 } };
    const transport = new Transport(settingsFrom({ baseUrl, ...options }));
    try {
      return await transport.storage({ method: 'PUT', url, body: () => 'hello' }, ({ status }) =>
        Promise.resolve(status),
      );
    } finally {
      await transport.close();
    }
  }

  test.each([
    ['127.0.0.1', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '[::1]', 'localhost', 'a.localhost', 'localhost.'],
    ['10.0.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '[fd00::1]', '[64:ff9b::10.0.0.1]', '[2002:a00:1::]'],
    ['169.254.169.254', '[fe80::1]', '[::ffff:a9fe:a9fe]', '0.0.0.0', '[::]', '224.0.0.1', '255.255.255.255'],
  ])('on an inner address (%s and others) is refused before anything connects', async (...hosts) => {
    for (const host of hosts) {
      expect({ host, ...(await refusalOf(put(`https://${host}:${port}/f`, 'https://api.example'))) }).toEqual({
        host,
        name: 'InvalidResponseError',
        message: expect.stringContaining('a loopback, private or link-local address, so nothing was sent there'),
      });
    }
    expect(connections).toBe(0);
  });

  test('whose name leads to an inner address is refused before anything connects', async () => {
    for (const url of [`https://storage.example:${port}/f`, `http://storage.example:${port}/f`]) {
      const error = await failure(put(url, url.replace('storage', 'api')));
      expect(error).toMatchObject({
        name: 'InvalidResponseError',
        message: expect.stringContaining('storage.example'),
      });
    }
    expect(connections).toBe(0);
  });

  test('that is not https is refused', async () => {
    for (const url of ['http://93.184.216.34/f', 'ftp://storage.example/f', 'file:///etc/passwd'])
      expect(await failure(put(url, 'https://api.example'))).toMatchObject({
        name: 'InvalidResponseError',
        message: expect.stringContaining('is not https'),
      });
  });

  test('may be an inner one where the API is, by its address or by its name', async () => {
    expect(await put(`http://127.0.0.1:${port}/f`, 'http://127.0.0.1:1')).toBe(200);
    expect(await put(`http://storage.example:${port}/f`, 'https://localhost')).toBe(200);
    expect(await put(`http://storage.example:${port}/f`, 'http://api.intranet.example')).toBe(200);
    expect(connections).toBe(3);
  });
});

test('a proxy looks names up by itself, and literal inner addresses are refused all the same', async () => {
  const options = { apiKey: 'rbk_test', baseUrl: 'https://api.example', lookup, retry: { attempts: 1 } };
  const transport = new Transport(settingsFrom({ ...options, proxy: `http://127.0.0.1:${port}` }));
  const asked: (string | undefined)[] = [];
  server.on('connect', ({ url }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  const put = async (url: string) =>
    await failure(transport.storage({ method: 'PUT', url, body: () => 'x' }, () => Promise.resolve(undefined)));
  expect(await put('https://storage.example/f')).toMatchObject({ name: 'ConnectionError' });
  expect(await put('https://10.0.0.1/f')).toMatchObject({ name: 'InvalidResponseError' });
  expect(asked).toEqual(['storage.example:443']);
  await transport.close();
});
