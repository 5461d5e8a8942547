import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import { PULL, REPOSITORY, type World } from './world.ts';
import type { ActionResult } from '../../../emulator/runner/index.ts';

const COMMENTS = `/repos/acme/api/issues/${PULL}/comments`;

let observed: ObservedWorld;
let world: World;
let keys = 0;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
});

afterAll(() => observed.stop());

beforeEach(() => {
  world.checkOutPull();
});

/** Runs a step whose comment is one of its own, and returns the comments that there are of it afterwards. */
async function report(inputs: Record<string, string> = {}, github = world.pullRequestEvent()) {
  keys += 1;
  const words = `Result ${keys} of this test.`;
  const given = { prompt: `demo: result ${words}`, 'comment-key': `key ${keys}`, report: 'comment', ...inputs };
  const result = await observed.run({ inputs: given, github });
  const comments = (await world.comments()).filter(({ body }) => body.includes(words));
  return { result, comments };
}

function annotationsOf(result: ActionResult, level: string): string[] {
  return result.steps
    .flatMap(({ annotations }) => annotations)
    .filter((annotation) => annotation.level === level && !annotation.message.startsWith('Process completed'))
    .map(({ message }) => message);
}

describe('what GitHub makes us wait for', () => {
  test.each([
    ['a proxy’s 502 on reading', { method: 'GET', path: COMMENTS, status: 502, body: '<html>Bad gateway', times: 2 }],
    ['a 502 on creating', { method: 'POST', path: COMMENTS, status: 502, body: '<html>Bad gateway' }],
    ['a connection cut before the work', { method: 'POST', path: COMMENTS, reset: 'before' }],
    ['a connection cut after the comment was created', { method: 'POST', path: COMMENTS, reset: 'after' }],
    ['a cut update', { method: 'PATCH', path: /issues\/comments/, reset: 'after' }],
    [
      'a secondary rate limit',
      {
        method: 'POST',
        path: COMMENTS,
        status: 403,
        headers: { 'retry-after': '1' },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
    ],
    [
      'a used-up hour',
      {
        method: 'GET',
        path: COMMENTS,
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000)) },
        body: { message: 'API rate limit exceeded' },
      },
    ],
  ] as const)('%s loses no comment and doubles none', async (_name, fault) => {
    world.github.fail(fault);
    const { result, comments } = await report();
    expect(result.outputs).toMatchObject({ status: 'succeeded', 'reason-code': 'completed' });
    expect(comments).toHaveLength(1);
    expect(annotationsOf(result, 'error')).toEqual([]);
  });

  test('a rate limit is told in the log while it is waited out', async () => {
    world.github.fail({ method: 'POST', path: COMMENTS, status: 429, headers: { 'retry-after': '1' } });
    const { result } = await report();
    expect(annotationsOf(result, 'notice').join()).toMatch(/rate limit is reached; POST .*comments goes on in \d s/);
  });
});

describe('what GitHub refuses', () => {
  const readOnly = () => {
    const token = world.github.actionsToken({
      ...REPOSITORY,
      permissions: { contents: 'read', pull_requests: 'read' },
    });
    return { ...world.pullRequestEvent(), token };
  };

  test('with `report: auto` a missing permission is one warning that holds the line to add', async () => {
    const { result, comments } = await report({ report: 'auto' }, readOnly());
    expect(result.conclusion).toBe('success');
    expect(comments).toEqual([]);
    const warnings = annotationsOf(result, 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/Add `permissions: (issues|pull-requests): write`/);
  });

  test('asked for by name, it fails the step, and the result is still in the summary', async () => {
    const { result } = await report({}, readOnly());
    expect(result.conclusion).toBe('failure');
    expect(result.outputs).toMatchObject({ status: 'failed', 'reason-code': 'report_failed' });
    expect(annotationsOf(result, 'error')).toHaveLength(1);
    expect(annotationsOf(result, 'error')[0]).toMatch(/Add `permissions: (issues|pull-requests): write`/);
    expect(result.summary).toContain('of this test.');
    expect(result.outputs['result']).toContain('of this test.');
  });

  test('a check needs its own permission, and says which', async () => {
    const { result } = await report({ report: 'check' }, readOnly());
    expect(annotationsOf(result, 'error').join()).toContain('Add `permissions: checks: write`');
  });

  test('a token that is worth nothing costs the comment, not the task', async () => {
    const { result } = await report({ report: 'auto', 'github-token': 'ghs_worthless' });
    expect(result.outputs).toMatchObject({ status: 'succeeded', 'comment-url': '' });
    expect(annotationsOf(result, 'warning').join()).toContain('401');
    const none = await report({ 'github-token': ' ' });
    expect(none.result.outputs).toMatchObject({ status: 'succeeded', 'comment-url': '' });
  });

  test('a 422 is told with GitHub’s own words', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [{ resource: 'IssueComment', field: 'body', code: 'locked' }],
    };
    world.github.fail({ method: 'POST', path: COMMENTS, status: 422, body, times: 9 });
    const { result } = await report({ 'comment-mode': 'new' });
    expect(result.outputs['reason-code']).toBe('report_failed');
    expect(annotationsOf(result, 'error').join()).toContain('Validation Failed: body locked');
  });
});
