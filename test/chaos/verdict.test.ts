import { describe, expect, test } from '@jest/globals';
import { withLabelSources, type Given } from './given.ts';
import { SCHEDULED } from './places.ts';
import type { Shown, ShownComment } from './shown.ts';
import { judge } from './verdict.ts';

const NODE_ID = 'IC_1';
/** Of that comment's first command, as the App names it. */
const RUN_ID = '2W2-eC30zHOFRY7D_ECStG';
const COMMAND: Given = {
  place: { owner: 'acme', repo: 'api', number: 7 },
  sourceId: NODE_ID,
  text: '/rebyte Do it.',
  expected: 'run',
};
const REPORT: ShownComment = { id: 1, body: '### ✅ Done\n', key: `run:${RUN_ID}`, runReference: 'ref' };
const ANSWER: ShownComment = { id: 2, body: 'Hi', key: 'answer:IC_2:0' };
const DELIVERY = {
  id: 1,
  guid: 'g',
  event: 'issues',
  redelivery: false,
  installationId: 1,
  repositoryId: 1,
  url: '',
  deliveredAt: '',
  duration: 0,
  status: 'OK',
  statusCode: 202,
  requestHeaders: {},
  responseHeaders: {},
  response: '',
};

function offences(changes: {
  readonly comments?: readonly ShownComment[];
  readonly checks?: readonly string[];
  readonly issues?: readonly string[];
  readonly prompts?: Readonly<Record<string, readonly string[]>>;
  readonly given?: readonly Given[];
}): readonly string[] {
  const { comments = [REPORT], checks = [], issues = [], prompts = { ref: ['Do it.'] }, given = [COMMAND] } = changes;
  const shown: Shown = { comments: new Map([['acme/api#7', comments]]), checks, issues };
  const byReference = new Map(Object.entries(prompts));
  return judge(given, shown, { tasks: byReference.size, byReference }).offences.map(({ kind }) => kind);
}

test('a command with one prompt and one finished report is as it should be', () => {
  expect(offences({})).toEqual([]);
});

describe('what must not be is told:', () => {
  test('a command that nobody was told anything about', () => {
    expect(offences({ comments: [], prompts: {} })).toEqual(['lost']);
  });

  test('a success without a prompt', () => {
    expect(offences({ prompts: {} })).toEqual(['lost']);
  });

  test('a report that never ends', () => {
    const working = { ...REPORT, body: '### [⚙️ Rebyte is working on it](https://x)\n' };
    expect(offences({ comments: [working] })).toEqual(['stuck']);
    expect(offences({ comments: [{ ...REPORT, body: '### ⏳ Rebyte is getting ready\n' }] })).toEqual(['stuck']);
  });

  test('two comments for one purpose', () => {
    expect(offences({ comments: [REPORT, { ...REPORT, id: 2 }] })).toEqual(['doubled comment']);
  });

  test('two prompts for one run', () => {
    expect(offences({ prompts: { ref: ['Do it.', 'Do it.'] } })).toEqual(['doubled task']);
  });

  test('a prompt that nobody asked for', () => {
    expect(offences({ prompts: { ref: ['Do it.'], other: ['Do what?'] } })).toEqual(['stray task']);
  });

  test('two checks of one run, two issues of one schedule', () => {
    const check = `acme/api ${RUN_ID}`;
    expect(offences({ checks: [check, check], issues: ['acme/api Care', 'acme/api Care'] })).toEqual([
      'doubled check',
      'doubled issue',
    ]);
  });

  test('a question without an answer, and a command with one instead of a run', () => {
    const question = { ...COMMAND, sourceId: 'IC_2', text: '/rebyte status', expected: 'answer' } as const;
    expect(offences({ given: [COMMAND, question] })).toEqual(['lost']);
    expect(offences({ given: [COMMAND, question], comments: [REPORT, ANSWER] })).toEqual([]);
    expect(offences({ given: [COMMAND, { ...question, expected: 'run' }], comments: [REPORT, ANSWER] })).toEqual([
      'lost',
    ]);
  });

  test('a retry that is answered and run, or neither', () => {
    const retry = { ...COMMAND, text: '/rebyte retry', expected: 'either' } as const;
    expect(offences({ given: [retry] })).toEqual([]);
    expect(offences({ given: [{ ...retry, sourceId: 'IC_2' }], comments: [ANSWER], prompts: {} })).toEqual([]);
    expect(offences({ given: [retry], comments: [], prompts: {} })).toEqual(['lost']);
    const both = [REPORT, { ...ANSWER, key: `answer:${NODE_ID}:0` }];
    expect(offences({ given: [retry], comments: both })).toEqual(['answered twice']);
  });

  test('a run that only a question was asked for', () => {
    expect(offences({ given: [{ ...COMMAND, expected: 'answer' }] })).toEqual(['stray task']);
  });
});

describe('a label', () => {
  const label: Given = { ...COMMAND, sourceId: '', text: 'label do-it' };
  const delivery = (action: string) => ({
    ...DELIVERY,
    action,
    payload: {
      issue: { node_id: 'I_7', number: 7, updated_at: '2026-01-01T00:00:00Z' },
      label: { id: 3 },
      repository: { full_name: 'acme/api' },
    },
  });

  test('is known by what was delivered of it', () => {
    expect(withLabelSources([label, COMMAND], [delivery('opened'), delivery('labeled')])).toEqual([
      { ...label, sourceId: 'I_7:labeled:3:2026-01-01T00:00:00Z' },
      COMMAND,
    ]);
    expect(withLabelSources([label], [delivery('opened')])).toEqual([label]);
  });
});

test('a run that was said to have ended without a task is nothing to complain of, nor is what a schedule sends', () => {
  const unknown = { ...REPORT, body: '### ❓ Outcome unknown\n' };
  expect(offences({ comments: [unknown], prompts: { timed: [`${SCHEDULED}\n`] } })).toEqual([]);
});
