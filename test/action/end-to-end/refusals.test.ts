import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ObservedWorld } from './observed-world.ts';
import type { StepOptions, World } from './world.ts';

let observed: ObservedWorld;
let world: World;

beforeAll(async () => {
  observed = await ObservedWorld.start();
  ({ world } = observed);
  world.checkOutMain();
});

afterAll(async () => {
  // Nothing was ever asked of anybody.
  expect(observed.tap.requests).toEqual([]);
  expect(world.github.calls).toEqual([]);
  await observed.stop();
});

/** Sentences end once, and each is said once. What stands in quotation marks is somebody's value. */
function expectPlainSentences(message: string): void {
  const told = message.replaceAll(/"[^"]*"|`[^`]*`/g, 'x').replace(/ \(\w+\)$/, '');
  expect(told).not.toMatch(/[.!?…:;,][.!?;,]|\s[.,;]\s/);
  const sentences = told.split(/(?<=[.!?]) /);
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const thing of ['secret', 'maintainer', 'Mend'])
    expect(sentences.filter((sentence) => sentence.includes(thing)).length).toBeLessThanOrEqual(1);
}

/** A step that is refused: its one annotation, its reason, and the promise that no stack trace is shown. */
async function refused(step: StepOptions): Promise<{ message: string; reason: string | undefined }> {
  const result = await observed.run(step);
  const annotations = result.steps
    .flatMap((each) => each.annotations)
    .filter(({ message }) => !message.startsWith('Process completed'));
  expect(result.conclusion).toBe('failure');
  expect(result.outputs['status']).toBe('refused');
  expect(annotations).toHaveLength(1);
  expect(result.log).not.toMatch(/^\s+at .*\(|node:internal|This is a defect/m);
  expect(result.summary).toContain('⛔ Not started');
  expectPlainSentences(annotations[0]?.message ?? '');
  return { message: annotations[0]?.message ?? '', reason: result.outputs['reason-code'] };
}

test('a fork’s pull request without secrets is told why, and what a maintainer can do', async () => {
  const { event, ...github } = world.pullRequestEvent();
  const pull = Object(event).pull_request;
  const head = { ...pull.head, repo: { full_name: 'bob/api', private: false, fork: true } };
  const forked = { ...github, event: { ...event, pull_request: { ...pull, head } } };
  const { message, reason } = await refused({ inputs: { prompt: 'x', 'api-key': '' }, github: forked });
  expect(reason).toBe('fork_without_secrets');
  expect(message).toMatch(/comes from a fork.*no secrets.*docs\/forks\.md/);
});

test('a run by Dependabot is told about Dependabot’s own secrets', async () => {
  const github = { ...world.pullRequestEvent(), actor: 'dependabot[bot]', triggering_actor: 'alice' };
  const { message, reason } = await refused({ inputs: { prompt: 'x', 'api-key': '' }, github });
  expect(reason).toBe('missing_api_key');
  expect(message).toContain('Dependabot secrets');
});

test('a missing key is told how to add one', async () => {
  const { message, reason } = await refused({ inputs: { prompt: 'x', 'api-key': '  ' } });
  expect(reason).toBe('missing_api_key');
  expect(message).toContain('api-key: ${{ secrets.REBYTE_API_KEY }}');
});

test.each([
  [/`prompt` is empty.*`prompt-file`/, { prompt: '' }],
  [/`prompt-file` cannot be combined with `prompt`/, { prompt: 'x', 'prompt-file': 'y.md' }],
  [/`api-url` "http:\/\/rebyte\.example" must use https/, { 'api-url': 'http://rebyte.example' }],
  [/`api-url` "nowhere" is not a URL/, { 'api-url': 'nowhere' }],
  [/`wait` is "maybe", but must be one of `true`, `false`/, { wait: 'maybe' }],
  [/`timeout-minutes` "soon" is not a number of minutes/, { 'timeout-minutes': 'soon' }],
  [/`timeout-minutes` "-1"/, { 'timeout-minutes': '-1' }],
  [/`on-timeout` is "panic", but must be one of `cancel`, `leave`/, { 'on-timeout': 'panic' }],
  [/`fail-on` is "oops", but must be one of .*`timed_out`/, { 'fail-on': 'failed oops' }],
  [/`report` is "tweet", but must be one of .*`issue`/, { report: 'comment tweet' }],
  [/`review` is not available yet; use `comment` or `check`/, { report: 'review' }],
  [/`comment-mode` is "loud", but must be one of `sticky`, `new`, `off`/, { 'comment-mode': 'loud' }],
  [/`include-changes` is "some", but must be one of `auto`, `off`/, { 'include-changes': 'some' }],
  [/`visibility` is "secret", but must be one of `private`, `shared`, `public`/, { visibility: 'secret' }],
  [/`workspace-id` "42" is not a UUID/, { 'workspace-id': '42' }],
  [/`computer` cannot be combined/, { 'workspace-id': '6f1c1de2-98aa-4a3f-8d07-0d8c24fbbb52', computer: 'c' }],
  [/`repository` "just-a-name" is not of the form owner\/repo/, { repository: 'just-a-name' }],
  [/`dry-run` is "yes", but must be one of `true`, `false`/, { 'dry-run': 'yes' }],
  [/`task-id` is "auto", but this event has no issue or pull request/, { 'task-id': 'auto' }],
  [/`prompt-file`: .*(outside of the workspace|cannot be read)/, { 'prompt-file': '../../etc/passwd', prompt: '' }],
  [/`prompt-file`: "none\.md" cannot be read.*check that it is checked out/, { 'prompt-file': 'none.md', prompt: '' }],
  [/`files`: "nothing\/\*\.log" matches no file/, { files: 'nothing/*.log' }],
  [/`prompt` is too long/, { prompt: 'x'.repeat(100_001) }],
] as const)('an input that cannot be is told with its name and what it may be: %s', async (message, inputs) => {
  const told = await refused({ inputs: { prompt: 'x', ...inputs } });
  expect(told.message).toMatch(message);
});

test('a workflow command in an input is told as text', async () => {
  const { message } = await refused({ inputs: { prompt: 'x', wait: 'no\n::warning::forged' } });
  expect(message).toContain('::warning::forged');
});

test('`fail-on` decides, also about a refusal', async () => {
  const result = await observed.run({ inputs: { prompt: 'x', 'api-key': '', 'fail-on': 'failed' } });
  expect(result.conclusion).toBe('success');
  expect(result.outputs).toMatchObject({ status: 'refused', 'reason-code': 'missing_api_key' });
  expect(result.steps.flatMap(({ annotations }) => annotations)).toMatchObject([{ level: 'warning' }]);
});
