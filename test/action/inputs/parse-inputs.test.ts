import { describe, expect, test } from '@jest/globals';
import { parseInputs } from '../../../action/inputs/parse-inputs.ts';

function parse(inputs: Record<string, string>): ReturnType<typeof parseInputs> {
  return parseInputs(JSON.stringify({ prompt: 'look around', ...inputs }));
}

describe('parseInputs', () => {
  test('fills in the defaults of the registry', () => {
    expect(parse({})).toMatchObject({
      apiUrl: 'https://api.rebyte.ai/v1',
      wait: true,
      timeoutMs: 30 * 60_000,
      onTimeout: 'cancel',
      failOn: ['failed', 'canceled', 'timed_out', 'refused', 'lost'],
      report: 'auto',
      commentMode: 'sticky',
      issueLabels: ['rebyte'],
      artifacts: [],
      includeChanges: true,
      dryRun: false,
    });
  });

  test('takes an empty token as no token, not as the expression of the default', () => {
    expect(parse({ 'github-token': '' }).githubToken).toBe('');
  });

  test.each([
    ['wait', 'yes', 'Input `wait` is "yes", but must be one of `true`, `false`.'],
    ['on-timeout', 'kill', 'Input `on-timeout` is "kill", but must be one of `cancel`, `leave`.'],
    ['timeout-minutes', 'NaN', 'Input `timeout-minutes` "NaN" is not a number of minutes above 0'],
    ['timeout-minutes', '0', 'timeout-minutes'],
    ['timeout-minutes', '-3', 'timeout-minutes'],
    ['timeout-minutes', '1e9', 'timeout-minutes'],
    ['fail-on', 'failed succeeded', 'Input `fail-on` is "succeeded"'],
    ['report', 'sms', 'Input `report` is "sms", but must be one of `auto`, `summary`, `comment`, `check`, `issue`.'],
    ['fail-on', 'never, failed', 'Input `fail-on` combines `never` with other words; keep `never` alone.'],
    ['report', 'auto comment', 'Input `report` combines `auto` with other words; keep `auto` alone.'],
    ['report', 'comment review', 'Input `report` `review` is not available yet'],
    ['repository', 'not a repo', 'Input `repository` "not a repo" is not of the form owner/repo.'],
    ['repository', '../..', 'Input `repository` "../.." is not of the form owner/repo.'],
    ['workspace-id', 'abc', 'Input `workspace-id` "abc" is not a UUID'],
    ['api-url', 'ftp://x', 'must use https'],
    ['api-url', 'http://rebyte.example', 'must use https'],
    ['api-url', 'https://user:pw@rebyte.example', 'must not hold credentials'],
    ['api-url', 'nonsense', 'is not a URL'],
  ])('refuses %s: %s', (name, value, message) => {
    expect(() => parse({ [name]: value })).toThrow(message);
  });

  test('takes http for the API on this machine', () => {
    expect(parse({ 'api-url': 'http://127.0.0.1:4000/v1/' }).apiUrl).toBe('http://127.0.0.1:4000/v1');
  });

  test('refuses two prompts, and none', () => {
    expect(() => parse({ 'prompt-file': 'a.md' })).toThrow('cannot be combined with `prompt`');
    expect(() => parse({ prompt: ' ' })).toThrow('Input `prompt` is empty');
  });

  test('needs no prompt to wait for a named task', () => {
    expect(parse({ prompt: '', 'task-id': 'task_1' }).taskId).toBe('task_1');
    expect(() => parse({ prompt: '', 'task-id': 'auto' })).toThrow('Input `prompt` is empty');
  });

  test('refuses a workspace and a computer together', () => {
    const workspace = '123e4567-e89b-42d3-a456-426614174000';
    expect(() => parse({ 'workspace-id': workspace, computer: 'ci' })).toThrow('cannot be combined');
  });

  test('reads lists by commas, spaces and lines, and labels with spaces in them', () => {
    const inputs = parse({
      skills: 'a, b\nc',
      files: ' *.md \n\n!x.md\n',
      'issue-labels': 'good first issue, bot',
      'fail-on': 'never',
    });
    expect(inputs.skills).toEqual(['a', 'b', 'c']);
    expect(inputs.files).toEqual(['*.md', '!x.md']);
    expect(inputs.issueLabels).toEqual(['good first issue', 'bot']);
    expect(inputs.failOn).toEqual([]);
  });

  test.each([
    ['all', ['*']],
    ['none', []],
    ['*.csv report.md', ['*.csv', 'report.md']],
  ])('reads artifacts: %s', (value, patterns) => {
    expect(parse({ artifacts: value }).artifacts).toEqual(patterns);
  });
});
