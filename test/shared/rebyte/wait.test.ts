import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AbortedError, type TaskEvent } from '../../../shared/rebyte/index.ts';
import {
  apiFailure,
  done,
  event,
  failure,
  json,
  type Reply,
  reset,
  ScriptedServer,
  stream,
  task,
  text,
} from './scripted-server.ts';

const EVENTS = 'GET /tasks/t1/events';
const STATUS = 'GET /tasks/t1';
const CONTENT = 'GET /tasks/t1/content';
let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start()));
afterEach(() => server.close());

const say = (content: string, rest: object = {}) => event('text', { content }, rest);
const call = event('tool_use', { name: 'bash' });
const content = (response: string | null): Reply => json(200, { id: 't1', prompts: [{ id: 'p1', response }] });

describe('the result', () => {
  test.each([
    [
      'from done, before all else',
      [say('text'), event('result', { result: 'event' }), done('succeeded', 'final')],
      'final',
      'done',
    ],
    [
      'from the last result event',
      [event('result', { result: 'first' }), say('text'), event('result', { content: 'last' }), done('succeeded', '')],
      'last',
      'result_event',
    ],
    [
      'from the texts after the last tool call, joined',
      [say('plan'), call, say('It '), event('text', { text: 'works.' }), done('succeeded')],
      'It works.',
      'text_events',
    ],
    ['from blank finalResult not', [say('text'), done('succeeded', ' \n')], 'text', 'text_events'],
  ])('comes %s, with no further request', async (_, pieces, result, resultSource) => {
    server.on(EVENTS, stream(pieces));
    expect(await server.client().tasks.wait('t1')).toEqual({
      status: 'succeeded',
      result,
      resultSource,
      resultTruncated: false,
      artifacts: [],
    });
    expect(server.routes).toEqual([EVENTS]);
  });

  test('comes from the content where the stream had none', async () => {
    server.on(EVENTS, stream([say('plan'), call, done('succeeded')])).on(CONTENT, content('from content'));
    expect(await server.client().tasks.wait('t1')).toMatchObject({ result: 'from content', resultSource: 'content' });
  });

  test('that is late is looked for a moment, in the content and in a fresh done', async () => {
    server.on(EVENTS, stream([done('succeeded', '')])).on(CONTENT, content(null), content(''), content('late'));
    expect(await server.client().tasks.wait('t1')).toMatchObject({ result: 'late', resultSource: 'content' });

    server.on(
      EVENTS,
      stream([done('succeeded', '')]),
      stream([done('succeeded', '')]),
      stream([done('succeeded', 'late')]),
    );
    server.on(CONTENT, apiFailure(404, 'not_found'));
    expect(await server.client().tasks.wait('t1')).toMatchObject({ result: 'late', resultSource: 'done' });
  });

  test('that never comes is empty after a bounded grace; what was said before the last tool call is better than nothing', async () => {
    server.on(CONTENT, apiFailure(404, 'not_found')).on(EVENTS, stream([done('succeeded')]));
    const client = server.client();
    expect(await client.tasks.wait('t1')).toMatchObject({ status: 'succeeded', result: '', resultSource: 'none' });
    expect(client.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3_000);

    server.on(EVENTS, stream([say('plan'), call, done('failed')]));
    expect(await client.tasks.wait('t1')).toMatchObject({
      status: 'failed',
      result: 'plan',
      resultSource: 'text_events',
    });
  });

  test('of a canceled task is asked for once', async () => {
    server.on(EVENTS, stream([done('canceled')])).on(CONTENT, content(null));
    expect(await server.client().tasks.wait('t1')).toMatchObject({
      status: 'canceled',
      result: '',
      resultSource: 'none',
    });
    expect(server.routes).toEqual([EVENTS, CONTENT]);
  });

  test('is cut at a million characters, never within one, and says so', async () => {
    const texts = Array.from({ length: 30 }, () => say('ab'.repeat(20_000)));
    server.on(EVENTS, stream([...texts, done('succeeded')]), stream([done('succeeded', `x${'🌍'.repeat(600_000)}`)]));
    const client = server.client();
    const streamed = await client.tasks.wait('t1');
    expect([streamed.result.length, streamed.resultTruncated, streamed.resultSource]).toEqual([
      1_000_000,
      true,
      'text_events',
    ]);
    const final = await client.tasks.wait('t1');
    expect([final.result.length, final.resultTruncated]).toEqual([999_999, true]);
    expect(final.result.endsWith('🌍')).toBe(true);
  });
});

describe('while waiting', () => {
  test('every event is shown once, in order, and the stream waits for whoever looks', async () => {
    server.on(
      EVENTS,
      stream([say('a', { seq: 1, promptId: 'p1' })], 'cut'),
      stream([say('a', { seq: 1, promptId: 'p1' }), say('b', { seq: 2, promptId: 'p1' }), done('succeeded', 'r')]),
    );
    const shown: TaskEvent[] = [];
    let busy = 0;
    const result = await server.client().tasks.wait('t1', {
      onEvent: async (each) => {
        busy += 1;
        expect(busy).toBe(1);
        await new Promise(setImmediate);
        busy -= 1;
        shown.push(each);
      },
    });
    expect(shown.map(({ payload }) => payload['content'])).toEqual(['a', 'b']);
    expect(result.promptId).toBe('p1');
  });

  test('what onEvent throws ends the wait', async () => {
    server.on(EVENTS, stream([say('a')], 'open'));
    const onEvent = () => {
      throw new RangeError('mine');
    };
    expect(await failure(server.client().tasks.wait('t1', { onEvent }))).toEqual(new RangeError('mine'));
  });

  test('an abort rejects with its reason, on the stream and while polling', async () => {
    const controller = new AbortController();
    server.on(EVENTS, stream([say('a')], 'open'));
    const reason = new Error('enough');
    const error = await failure(
      server.client().tasks.wait('t1', { signal: controller.signal, onEvent: () => controller.abort(reason) }),
    );
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: reason });

    const polling = new AbortController();
    server.on(EVENTS, apiFailure(404, 'not_found')).on(STATUS, (res, seen) => {
      polling.abort(reason);
      return task('running')(res, seen);
    });
    expect(await failure(server.client().tasks.wait('t1', polling))).toMatchObject({
      name: 'AbortedError',
      cause: reason,
    });
  });

  test('where no stream can be had, polling finds the end and the content the text', async () => {
    server
      .on(EVENTS, apiFailure(404, 'not_found'))
      .on(STATUS, task('running'), reset, task('completed', [{ id: 'p1', status: 'succeeded' }]));
    server.on(CONTENT, content('text'));
    const result = await server.client().tasks.wait('t1', { promptId: 'p1' });
    expect(result).toMatchObject({ status: 'succeeded', result: 'text', resultSource: 'content', promptId: 'p1' });
  });
});

describe('artifacts', () => {
  const artifact = { name: 'a.csv', size: 1, contentType: 'text/csv', downloadUrl: 'u' };
  beforeEach(() => void server.on(EVENTS, stream([done('succeeded', 'r')])));

  test('are listed by one request when a workspace is named', async () => {
    server.on('GET /workspaces/w1/artifacts', json(200, { data: [artifact] }));
    expect(await server.client().tasks.wait('t1', { workspaceId: 'w1' })).toMatchObject({ artifacts: [artifact] });
    expect(server.routes).toEqual([EVENTS, 'GET /workspaces/w1/artifacts']);
  });

  test('that cannot be listed draw a warning, and the result is kept', async () => {
    server.on('GET /workspaces/w1/artifacts', text(403, ''));
    const client = server.client();
    expect(await client.tasks.wait('t1', { workspaceId: 'w1' })).toMatchObject({ result: 'r', artifacts: [] });
    expect(client.warnings).toEqual([expect.stringContaining('w1')]);
  });
});
