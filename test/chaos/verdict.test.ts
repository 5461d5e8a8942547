import { describe, expect, test } from '@jest/globals';
import type { Given } from './people.ts';
import { SCHEDULED } from './places.ts';
import type { Shown, ShownComment } from './shown.ts';
import { judge } from './verdict.ts';

const NODE_ID = 'IC_1';
/** Of that comment's first command, as the App names it. */
const RUN_ID = '2W2-eC30zHOFRY7D_ECStG';
const COMMAND: Given = {
  place: { owner: 'acme', repo: 'api', number: 7 },
  nodeId: NODE_ID,
  reactionsPath: '',
  text: '/rebyte Do it.',
  isRun: true,
};
const REPORT: ShownComment = { id: 1, body: '### ✅ Done\n', key: `run:${RUN_ID}`, runReference: 'ref' };

function offences(changes: {
  readonly comments?: readonly ShownComment[];
  readonly checks?: readonly string[];
  readonly issues?: readonly string[];
  readonly prompts?: Readonly<Record<string, readonly string[]>>;
  readonly given?: readonly Given[];
}): readonly string[] {
  const { comments = [REPORT], checks = [], issues = [], prompts = { ref: ['Do it.'] }, given = [COMMAND] } = changes;
  const shown: Shown = { comments: new Map([['acme/api#7', comments]]), reactions: [], checks, issues };
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

  test('a question without an answer', () => {
    const question = { ...COMMAND, nodeId: 'IC_2', text: '/rebyte status', isRun: false };
    expect(offences({ given: [COMMAND, question] })).toEqual(['lost']);
    expect(
      offences({ given: [COMMAND, question], comments: [REPORT, { id: 2, body: 'Hi', key: 'answer:IC_2:0' }] }),
    ).toEqual([]);
  });
});

test('a run that was said to have ended without a task is nothing to complain of, nor is what a schedule sends', () => {
  const unknown = { ...REPORT, body: '### ❓ Outcome unknown\n' };
  expect(offences({ comments: [unknown], prompts: { timed: [`${SCHEDULED}\n`] } })).toEqual([]);
});
