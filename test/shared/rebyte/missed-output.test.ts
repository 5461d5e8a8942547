import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { all, apiFailure, event, json, type Reply, reset, ScriptedServer, stream, task } from './scripted-server.ts';

const EVENTS = 'GET /tasks/t1/events';
const STATUS = 'GET /tasks/t1';

let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start('node')));
afterEach(() => server.close());

const say = (seq: number, rest: object = {}): string => event('text', { content: `${seq}` }, { seq, ...rest });
const keyed = (key: string, seq?: number): string => event('text', { content: key }, { eventKey: key, seq });

function done(lastSeq?: number): string {
  return `event: done\ndata: ${JSON.stringify({ status: 'succeeded', finalResult: 'r', lastSeq })}\n\n`;
}

/** What the client warns of when the stream comes in these connections. */
async function warnings(...connections: Reply[]): Promise<string> {
  server.on(EVENTS, ...connections).on(STATUS, task('running'));
  const client = server.client();
  await all(client.tasks.events('t1'));
  return client.warnings.join('\n');
}

describe('nothing is missing, and nothing is said', () => {
  test.each<[string, Reply[]]>([
    ['on one connection', [stream([say(1), say(2), done(2)])]],
    ['of a task that had ended before anybody listened', [stream([done(7)])]],
    ['when a live task is replayed from its start', [stream([say(1)], 'cut'), stream([say(1), say(2), done(2)])]],
    ['when a replay ends without a number', [stream([say(1)], 'cut'), stream([say(1), done()])]],
    ['when a stream is taken up where it broke', [stream([say(1)], 'cut'), stream([say(2), done(2)])]],
    ['when the cut came after the last event', [stream([say(1), say(2)], 'cut'), stream([done(2)])]],
    ['when a replay renumbers', [stream([keyed('a', 5)], 'cut'), stream([keyed('a', 1), keyed('b', 2), done(2)])]],
    ['when nothing was ever said', [reset, stream([done(0)])]],
    [
      'when another prompt follows',
      [stream([say(1, { promptId: 'p' })], 'cut'), stream([say(5, { promptId: 'q' }), done(5)])],
    ],
  ])('%s', async (_when, connections) => {
    expect(await warnings(...connections)).toBe('');
  });
});

describe('what is missing is said, once', () => {
  const IS = /^Some of the agent's output is missing here: the connection was down when it came\. [^\n]*$/;
  const MAY_BE = /^Some of the agent's output may be missing here: the connection was down when it came\. [^\n]*$/;

  test.each<[string, RegExp, Reply[]]>([
    ['the task ended while the connection was down', IS, [stream([say(1)], 'cut'), stream([done(5)])]],
    ['it ended before a connection could be had', IS, [reset, stream([done(3)])]],
    ['the stream closed without an ending', IS, [stream([say(1)]), stream([done(2)])]],
    ['a new connection leaves some out', IS, [stream([say(1)], 'cut'), stream([say(4), say(5), done(5)])]],
    ['the ending has no number', MAY_BE, [stream([say(1)], 'cut'), stream([done()])]],
    ['the events have no number', IS, [stream([keyed('a')], 'cut'), stream([done(5)])]],
  ])('%s', async (_when, words, connections) => {
    expect(await warnings(...connections)).toMatch(words);
  });

  test('also when only the status tells of the ending', async () => {
    server.on(EVENTS, stream([say(1)], 'cut'), reset).on(STATUS, task('completed'));
    const client = server.client();
    await all(client.tasks.events('t1'));
    expect(client.warnings.filter((warning) => MAY_BE.test(warning))).toHaveLength(1);
  });
});

test('where there is no stream at all, that is said instead', async () => {
  server.on(EVENTS, apiFailure(404, 'not_found')).on(STATUS, json(200, { id: 't1', status: 'completed', prompts: [] }));
  const client = server.client();
  await all(client.tasks.events('t1'));
  expect(client.warnings).toEqual([expect.stringContaining('No event stream')]);
});
