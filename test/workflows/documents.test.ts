import { describe, expect, test } from '@jest/globals';
import { complaints, schemaErrors, scriptFaults } from './complaints.ts';
import { fencesIn, isWholeWorkflow, scriptsIn, yamlFences } from './yaml-fences.ts';

const fences = yamlFences();
const whole = fences.filter(isWholeWorkflow);

test('documents show YAML, and the README a whole workflow', () => {
  expect(fences.length).toBeGreaterThan(5);
  expect(whole.map(({ place }) => place)).toContainEqual(expect.stringMatching(/^README\.md:/));
});

test.each(fences)('$place keeps expressions out of scripts', (fence) => {
  expect(scriptFaults(fence.place, scriptsIn(fence))).toEqual([]);
});

describe.each(whole)('the workflow of $place', ({ place, text }) => {
  test('passes actionlint', async () => {
    expect(await complaints(text, place)).toEqual([]);
  });

  test("passes GitHub's own parser and schema", () => {
    expect(schemaErrors(text, place)).toEqual([]);
  });
});

test('the rules see what they are for: in a list, indented, in a workflow and in a step alone', () => {
  const markdown = [
    '- A step:',
    '',
    '  ```yml',
    '      - if: always()',
    '        run: echo ${{ steps.rebyte.outputs.result }}',
    '  ```',
    '',
    '```yaml',
    'on: push',
    'jobs:',
    '  a:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - run: >-',
    '          echo "${{ github.head_ref }}"',
    '```',
    '',
    '```sh',
    'run: ${{ not YAML }}',
    '```',
  ].join('\n');
  const planted = fencesIn(markdown, 'x.md');
  expect(planted.flatMap((fence) => scriptFaults(fence.place, scriptsIn(fence)))).toEqual([
    'x.md:3: ${{ }} inside a script: echo ${{ steps.rebyte.outputs.result }}',
    'x.md:8: ${{ }} inside a script: echo "${{ github.head_ref }}"',
  ]);
  expect(planted.map(isWholeWorkflow)).toEqual([false, true]);
});
