import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  InvalidResponseError,
  NotFoundError,
  type TaskStreamItem,
  UnavailableError,
} from '../../../shared/rebyte/index.ts';
import { messagesOf } from '../../../shared/rebyte/sse.ts';
import {
  all,
  apiFailure,
  done,
  ENGINES,
  event,
  failure,
  json,
  reset,
  ScriptedServer,
  stream,
  task,
  text,
} from './scripted-server.ts';

const EVENTS = 'GET /tasks/t1/events';
const STATUS = 'GET /tasks/t1';
const say = (content: string, rest: object = {}) => event('text', { content }, rest);

/** What was said, and how it ended. */
function told(items: readonly TaskStreamItem[]): unknown[] {
  return items.map((item) =>
    item.type === 'done' ? `done ${item.status}` : (item.event.payload['content'] ?? item.event.eventType),
  );
}

describe.each(ENGINES)('by %s', (engine) => {
  let server: ScriptedServer;
  beforeEach(async () => void (server = await ScriptedServer.start(engine)));
  afterEach(() => server.close());

  describe('one connection', () => {
    test('yields typed events and ends with done, after exactly one request', async () => {
      const rest = { seq: 1, promptId: 'p1', eventKey: 'k', timestamp: '2026-01-28T12:00:00Z' };
      server.on(EVENTS, stream([say('hi', rest), done('succeeded', 'The end.')]));
      expect(await all(server.client().tasks.events('t1'))).toEqual([
        { type: 'event', event: { eventType: 'text', payload: { content: 'hi' }, ...rest } },
        { type: 'done', status: 'succeeded', finalResult: 'The end.' },
      ]);
      expect(server.routes).toEqual([EVENTS]);
      expect(server.requests[0]?.headers.accept).toBe('text/event-stream');
    });

    test('is read the same however its bytes are cut, with any line ends, comments and a byte order mark', async () => {
      const whole = `\uFEFF: hello\r\n\r\nretry: 10\r\n${say('Grüße, 🌍', { seq: 1 }).replaceAll('\n', '\r\n')}: ping\n\n${say('€', { seq: 2 })}${done('succeeded')}`;
      const bytes = Buffer.from(whole);
      server.on(EVENTS, stream(Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))));
      expect(told(await all(server.client().tasks.events('t1')))).toEqual(['Grüße, 🌍', '€', 'done succeeded']);
    });

    test('passes on what it does not know: types, names, statuses, and data that is not JSON', async () => {
      server.on(
        EVENTS,
        stream([
          event('ask_user_question', { q: '?' }),
          'event: heartbeat\ndata: {"n":1}\n\n',
          'event: event\ndata: not json\n\n',
          'event: event\ndata: [1]\n\n',
          'data: {"eventType":"text","payload":{"content":"unnamed"}}\n\n',
          done('exploded'),
        ]),
      );
      expect(await all(server.client().tasks.events('t1'))).toEqual([
        { type: 'event', event: { eventType: 'ask_user_question', payload: { q: '?' } } },
        { type: 'event', event: { eventType: 'heartbeat', payload: { n: 1 } } },
        { type: 'event', event: { eventType: 'unknown', payload: { raw: 'not json' } } },
        { type: 'event', event: { eventType: 'unknown', payload: { raw: '[1]' } } },
        { type: 'event', event: { eventType: 'text', payload: { content: 'unnamed' } } },
        { type: 'done', status: 'exploded' },
      ]);
    });

    test('carries an event of several megabytes', async () => {
      const huge = 'x'.repeat(5_000_000);
      server.on(EVENTS, stream([say(huge), done('succeeded')]));
      expect(told(await all(server.client().tasks.events('t1')))).toEqual([huge, 'done succeeded']);
    });

    test('is read no faster than its events are taken', async () => {
      const size = 64 * 1024;
      const total = 1_000;
      let sent = 0;
      server.on(EVENTS, async (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        for (; sent < total && !res.destroyed; sent += 1) {
          if (!res.write(say('x'.repeat(size), { seq: sent })))
            await Promise.race([once(res, 'drain'), once(res, 'close')]);
        }
        res.end(done('succeeded'));
      });
      let taken = 0;
      let furthest = 0;
      for await (const item of server.client().tasks.events('t1')) {
        if (item.type === 'done') break;
        taken += 1;
        // Turns of the loop in which the server could run ahead, if nothing held it back.
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
        furthest = Math.max(furthest, sent - taken);
      }
      expect(taken).toBe(total);
      expect(furthest * size).toBeLessThan(20 * 1024 * 1024);
    });

    test('is closed when the consumer breaks off', async () => {
      const closed = new Promise((resolve) => {
        server.on(EVENTS, async (res, seen) => {
          res.on('close', resolve);
          await stream([say('a')], 'open')(res, seen);
        });
      });
      for await (const item of server.client().tasks.events('t1')) if (item.type === 'event') break;
      await closed;
    });

    test('and the iteration end quietly on abort, before, within and between connections', async () => {
      const client = server.client();
      expect(await all(client.tasks.events('t1', { signal: AbortSignal.abort() }))).toEqual([]);
      const within = new AbortController();
      server.on(EVENTS, stream([say('a') + say('not wanted any more')], 'open'));
      const items = [];
      for await (const item of client.tasks.events('t1', within)) {
        items.push(item);
        within.abort();
      }
      expect(told(items)).toEqual(['a']);
      const between = new AbortController();
      server.on(EVENTS, stream([say('b')], 'cut'));
      const sleeper = server.client({
        sleep: async (_ms, signal) => {
          between.abort();
          signal?.throwIfAborted();
        },
      });
      expect(told(await all(sleeper.tasks.events('t1', between)))).toEqual(['b']);
    });
  });

  describe('over several connections', () => {
    test('nothing is lost or repeated: cut, replayed, doubled and out of order', async () => {
      server.on(
        EVENTS,
        stream(
          [
            say('one', { promptId: 'p', seq: 1 }),
            say('three', { promptId: 'p', seq: 3 }),
            say('two', { promptId: 'p', seq: 2 }),
          ],
          'cut',
        ),
        stream([1, 2, 3, 3].map((seq) => say(`again ${seq}`, { promptId: 'p', seq }))),
        stream([say('four', { promptId: 'p', seq: 4 }), say('four', { promptId: 'p', seq: 4 }), done('succeeded')]),
      );
      server.on(STATUS, task('running'));
      expect(told(await all(server.client().tasks.events('t1')))).toEqual([
        'one',
        'three',
        'two',
        'four',
        'done succeeded',
      ]);
    });

    test('a key, where there is one, identifies an event that was renumbered', async () => {
      server.on(
        EVENTS,
        stream([say('a', { eventKey: 'a', seq: 5 }), say('b', { eventKey: 'b', seq: 6 })], 'cut'),
        stream([
          say('a', { eventKey: 'a', seq: 1 }),
          say('b', { eventKey: 'b', seq: 2 }),
          say('c', { eventKey: 'c', seq: 5 }),
          done('failed'),
        ]),
      );
      expect(told(await all(server.client().tasks.events('t1')))).toEqual(['a', 'b', 'c', 'done failed']);
    });

    test('a message cut in half is not an event', async () => {
      server.on(
        EVENTS,
        stream([say('whole', { seq: 1 }), 'event: done\ndata: {"status":"succ'], 'cut'),
        stream([done('succeeded')]),
      );
      expect(told(await all(server.client().tasks.events('t1')))).toEqual(['whole', 'done succeeded']);
    });

    test('after a cut that followed news the status is not asked for; pauses grow while nothing comes', async () => {
      server.on(EVENTS, stream([say('a', { seq: 1 })], 'cut'), reset, reset, reset, stream([done('succeeded')]));
      server.on(STATUS, task('running'));
      const client = server.client();
      await all(client.tasks.events('t1'));
      expect(server.routes).toEqual([EVENTS, EVENTS, STATUS, EVENTS, STATUS, EVENTS, STATUS, EVENTS]);
      expect(client.clock.slept).toEqual([500, 750, 1_125, 1_687.5]);
    });

    test('a refusal by Retry-After is obeyed', async () => {
      server.on(EVENTS, text(503, '', { 'retry-after': '7' }), stream([done('succeeded')])).on(STATUS, task('running'));
      const client = server.client();
      await all(client.tasks.events('t1'));
      expect(client.clock.slept).toEqual([7_000]);
    });

    test('a half-open socket is noticed by its silence: the status decides between going on and ending', async () => {
      server.on(EVENTS, stream([say('a', { seq: 1 })], 'open'), stream([say('a', { seq: 1 })], 'open'));
      server.on(STATUS, task('running'), task('completed'));
      const items = await all(server.client({ timeouts: { idleStreamMs: 50, graceMs: 0 } }).tasks.events('t1'));
      expect(told(items)).toEqual(['a', 'done succeeded']);
      expect(server.routes).toEqual([EVENTS, STATUS, EVENTS, STATUS]);
    });
  });

  describe('the end without a done', () => {
    test('is waited for within a bounded grace once the status is final, and then told by the status alone', async () => {
      server.on(EVENTS, stream([])).on(STATUS, task('running'), task('failed'));
      const client = server.client();
      expect(await all(client.tasks.events('t1'))).toEqual([{ type: 'done', status: 'failed' }]);
      expect(client.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(6_000);
      expect(server.requests.length).toBeLessThan(30);
    });

    test('a done that cannot be read is no end', async () => {
      server
        .on(EVENTS, stream(['event: done\ndata: ?\n\n']), stream([done('succeeded', 'ok')]))
        .on(STATUS, task('running'));
      expect(await all(server.client().tasks.events('t1'))).toEqual([
        { type: 'done', status: 'succeeded', finalResult: 'ok' },
      ]);
    });

    test.each([
      ['404', apiFailure(404, 'not_found')],
      ['501', text(501, '')],
      ['a page', text(200, '<html>')],
    ])('without a stream (%s) the status is polled, ever slower, unknown ones like running', async (_, reply) => {
      server.on(EVENTS, reply).on(STATUS, ...Array.from({ length: 12 }, () => task('dreaming')), task('canceled'));
      const client = server.client();
      expect(await all(client.tasks.events('t1'))).toEqual([{ type: 'done', status: 'canceled' }]);
      expect(server.routes.filter((route) => route === EVENTS)).toHaveLength(1);
      expect(client.clock.slept).toEqual([...client.clock.slept].sort((a, b) => a - b));
      expect(client.clock.slept.at(-1)).toBe(15_000);
      expect(client.warnings).toHaveLength(1);
    });

    test('an event too large to read turns to polling', async () => {
      server
        .on(EVENTS, stream([`event: event\ndata: ${'x'.repeat(33 * 1024 * 1024)}`], 'open'))
        .on(STATUS, task('completed'));
      expect(told(await all(server.client().tasks.events('t1')))).toEqual(['done succeeded']);
    });

    test('a task that does not exist is an error, not a wait', async () => {
      expect(await failure(all(server.client().tasks.events('t1')))).toBeInstanceOf(NotFoundError);
      expect(server.routes).toEqual([EVENTS, STATUS]);
    });

    test('an outage is outlived up to its limit', async () => {
      server.on(EVENTS, text(502, '')).on(STATUS, text(502, ''));
      const client = server.client();
      expect(await failure(all(client.tasks.events('t1')))).toBeInstanceOf(UnavailableError);
      const waited = client.clock.slept.reduce((sum, ms) => sum + ms, 0);
      expect(waited).toBeGreaterThan(300_000);
      expect(waited).toBeLessThan(360_000);
      expect(client.warnings).toEqual([expect.stringMatching(/^The task cannot be followed for the moment.* 502/)]);

      server.on(STATUS, ...Array.from({ length: 40 }, () => text(502, '')), task('running'));
      server.on(EVENTS, ...Array.from({ length: 8 }, () => reset), stream([done('succeeded')]));
      expect(told(await all(server.client().tasks.events('t1')))).toEqual(['done succeeded']);
    });
  });

  test('json replies are not mistaken for a stream', async () => {
    server.on(EVENTS, json(200, {})).on(STATUS, task('completed'));
    expect(told(await all(server.client().tasks.events('t1')))).toEqual(['done succeeded']);
  });
});

test('an event beyond the limit is an error of the parser, not of memory', async () => {
  async function* endless() {
    for (;;) yield Buffer.from('data: '.padEnd(1_000, 'x'));
  }
  expect(await failure(all(messagesOf(endless(), 10_000)))).toBeInstanceOf(InvalidResponseError);
});
