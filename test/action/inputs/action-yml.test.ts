import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS, OUTPUTS, type InputSpec } from '../../../action/inputs/inputs.ts';

const action: {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: { run?: string; uses?: string }[] };
} = parse(await readFile('action.yml', 'utf8'));

test('action.yml has the inputs of the registry, in its order, with its defaults', () => {
  const specs: [string, InputSpec][] = Object.entries(INPUTS);
  expect(Object.keys(action.inputs)).toEqual(specs.map(([name]) => name));
  for (const [name, spec] of specs) {
    expect(action.inputs[name]).toMatchObject({ description: spec.description });
    if (spec.required) expect(action.inputs[name]).toMatchObject({ required: true });
    else expect(action.inputs[name]?.default).toBe(spec.default);
  }
});

test('action.yml has the outputs of the registry, each from the main step, or the cleanup step when that spoke last', () => {
  expect(Object.keys(action.outputs)).toEqual(Object.keys(OUTPUTS));
  for (const [name, { value }] of Object.entries(action.outputs))
    expect(value).toBe(`\${{ steps.cleanup.outputs.${name} || steps.run.outputs.${name} }}`);
});

test('no expression stands inside a script, and what others wrote is pinned by commit', () => {
  for (const { run = '', uses } of action.runs.steps) {
    expect(run).not.toContain('${{');
    if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  }
});
