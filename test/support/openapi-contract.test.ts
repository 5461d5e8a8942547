import { describe, expect, test } from '@jest/globals';
import { request, response, schema } from './openapi-contract.ts';

const headers = { API_KEY: 'rbk_x', 'Content-Type': 'application/json' };
const now = '2026-01-28T12:00:00.000Z';

describe('a request', () => {
  test('that keeps the contract has no problems, with and without the base path', () => {
    const body = { prompt: 'hello', githubUrl: 'octo/hello' };
    expect(request({ method: 'POST', path: '/v1/tasks', headers, body })).toEqual([]);
    expect(request({ method: 'GET', path: '/tasks?limit=10&offset=0', headers })).toEqual([]);
    expect(request({ method: 'PATCH', path: '/tasks/t1/visibility', headers, body: { visibility: 'public' } })).toEqual(
      [],
    );
  });

  test.each([
    ['an unknown path', { method: 'GET', path: '/nothing', headers }, 'no such operation'],
    [
      'a field that does not exist',
      { method: 'POST', path: '/tasks', headers, body: { prompt: 'p', foo: 1 } },
      'additional',
    ],
    ['a missing field', { method: 'POST', path: '/tasks', headers, body: {} }, "'prompt'"],
    ['a missing body', { method: 'POST', path: '/tasks', headers }, 'body is missing'],
    ['an unknown query parameter', { method: 'GET', path: '/tasks?page=1', headers }, 'page'],
    ['a limit above 100', { method: 'GET', path: '/tasks?limit=101', headers }, '<= 100'],
    ['a limit that is no number', { method: 'GET', path: '/tasks?limit=ten', headers }, 'integer'],
    ['no API key', { method: 'GET', path: '/tasks', headers: {} }, 'no API key'],
    ['a body where none belongs', { method: 'POST', path: '/tasks/t1/cancel', headers, body: {} }, 'where none'],
    [
      'a body of another type',
      { method: 'POST', path: '/tasks', headers: { ...headers, 'Content-Type': 'text/plain' }, body: 'x' },
      'text/plain',
    ],
    [
      'a visibility that does not exist',
      { method: 'PATCH', path: '/tasks/t1/visibility', headers, body: { visibility: 'all' } },
      'allowed values',
    ],
  ])('with %s is named', (_, sent, problem) => {
    expect(request(sent).join('\n')).toContain(problem);
  });
});

describe('a response', () => {
  test('that keeps the contract has no problems', () => {
    const body = { id: 't', workspaceId: 'w', url: 'u', status: 'running', createdAt: now, extra: true };
    expect(response({ method: 'POST', path: '/tasks', status: 201, contentType: 'application/json', body })).toEqual(
      [],
    );
    expect(response({ method: 'DELETE', path: '/tasks/t', status: 204 })).toEqual([]);
    expect(
      response({ method: 'GET', path: '/workspaces/w/artifacts/a.pdf', status: 200, contentType: 'application/pdf' }),
    ).toEqual([]);
    expect(response({ method: 'GET', path: '/tasks', status: 502, contentType: 'text/html', body: '<h1>' })).toEqual(
      [],
    );
  });

  test.each([
    ['a status that is not described', { method: 'POST', path: '/tasks', status: 200, body: {} }, 'not described'],
    [
      'an error without the envelope',
      { method: 'GET', path: '/tasks', status: 404, contentType: 'application/json', body: {} },
      "'error'",
    ],
    ['a body on 204', { method: 'DELETE', path: '/tasks/t', status: 204, body: 'x' }, 'where none'],
    [
      'a secret given away',
      {
        method: 'GET',
        path: '/webhooks/w',
        status: 200,
        contentType: 'application/json',
        body: {
          id: 'w',
          url: 'u',
          events: [],
          hasSecret: true,
          isActive: true,
          createdAt: now,
          failureCount: 0,
          secret: 's',
        },
      },
      'NOT be valid',
    ],
  ])('with %s is named', (_, got, problem) => {
    expect(response(got).join('\n')).toContain(problem);
  });
});

test('a named schema is checked alone', () => {
  expect(
    schema('WebhookPayload', { event: 'task.created', taskId: 't', timestamp: 1, data: { status: 's', taskUrl: 'u' } }),
  ).toEqual([]);
  expect(schema('WebhookPayload', { event: 'task.created' })).not.toEqual([]);
});
