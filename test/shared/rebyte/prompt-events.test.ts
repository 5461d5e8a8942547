import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { all, done, event, ScriptedServer, stream, task } from './scripted-server.ts';

const EVENTS = 'GET /tasks/t1/events';
const STATUS = 'GET /tasks/t1';
let server: ScriptedServer;
beforeEach(async () => void (server = await ScriptedServer.start()));
afterEach(() => server.close());

const say = (content: string, rest: object = {}) => event('text', { content }, rest);

const MINE_THEN_DONE = [
  { type: 'event', event: { payload: { content: 'mine' } } },
  { type: 'done', status: 'succeeded' },
];

describe('one prompt of several', () => {
  const prompts = (ours: string) => [
    { id: 'new', status: ours },
    { id: 'old', status: 'succeeded' },
  ];

  test('hears only its own events, and takes its own done without asking', async () => {
    server.on(EVENTS, stream([say('mine', { promptId: 'new', seq: 1 }), done('succeeded', 'r')]));
    expect(await all(server.client().tasks.events('t1', { promptId: 'new' }))).toMatchObject(MINE_THEN_DONE);
    expect(server.routes).toEqual([EVENTS]);
  });

  test("does not take an old prompt's done for its own", async () => {
    server.on(
      EVENTS,
      stream([say('theirs', { promptId: 'old', seq: 1 }), done('succeeded', 'old result')]),
      stream([done('succeeded', 'old result')]),
      stream([say('mine', { promptId: 'new', seq: 1 }), done('failed', 'new result')]),
    );
    server.on(
      STATUS,
      task('running', prompts('pending')),
      task('running', prompts('running')),
      task('running', prompts('running')),
    );
    expect(await all(server.client().tasks.events('t1', { promptId: 'new' }))).toEqual([
      expect.objectContaining({ type: 'event' }),
      { type: 'done', status: 'failed', finalResult: 'new result' },
    ]);
  });

  test('that ended before anybody listened gets its done at once, checked by one look', async () => {
    server.on(EVENTS, stream([done('succeeded', 'r')])).on(STATUS, task('completed', prompts('succeeded')));
    expect(await all(server.client().tasks.events('t1', { promptId: 'new' }))).toEqual([
      { type: 'done', status: 'succeeded', finalResult: 'r' },
    ]);
    expect(server.routes).toEqual([EVENTS, STATUS]);
  });

  test("that is not the latest ends by its status, never with the other one's result", async () => {
    server.on(EVENTS, stream([done('failed', 'not ours')])).on(STATUS, task('failed', prompts('failed')));
    expect(await all(server.client().tasks.events('t1', { promptId: 'old' }))).toEqual([
      { type: 'done', status: 'succeeded' },
    ]);
    server.on(EVENTS, stream([say('theirs', { promptId: 'new' })], 'open'));
    expect(await all(server.client().tasks.events('t1', { promptId: 'old' }))).toEqual([
      { type: 'done', status: 'succeeded' },
    ]);
  });

  test('that is not listed yet is waited for', async () => {
    server.on(
      EVENTS,
      stream([done('succeeded', 'old')]),
      stream([say('mine', { promptId: 'new' }), done('succeeded', 'new')]),
    );
    server.on(STATUS, task('completed', [{ id: 'old', status: 'succeeded' }]));
    expect(await all(server.client().tasks.events('t1', { promptId: 'new' }))).toMatchObject(MINE_THEN_DONE);
  });
});
