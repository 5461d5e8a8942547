import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NoOperationTraceWriter } from '@actions/workflow-parser';
import { convertActionTemplate, parseAction } from '@actions/workflow-parser/actions/index';
import { ErrorPolicy } from '@actions/workflow-parser/model/convert';
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import {
  isBasicExpression,
  isMapping,
  isScalar,
  isSequence,
} from '@actions/workflow-parser/templates/tokens/type-guards';
import type { ActionFile, StepTemplate, Template, TemplateEntries } from './template.ts';

const FILE_NAMES = ['action.yml', 'action.yaml'];

/**
 * Reads a folder's action.yml with GitHub's own parser and schema.
 * @throws {Error} naming the file and every fault, also for an action that is not a composite
 */
export function readActionFile(directory: string): ActionFile {
  for (const name of FILE_NAMES) {
    const file = path.join(directory, name);
    const content = textOf(file);
    if (content !== undefined) return parsedOnce(file, content);
  }
  throw new Error(`${directory} holds no ${FILE_NAMES.join(' or ')}.`);
}

/** By path and content, for whoever runs one action many times: parsing takes as long as a small step. */
const parsed = new Map<string, ActionFile>();

function parsedOnce(file: string, content: string): ActionFile {
  const key = `${file}\0${content}`;
  const action = parsed.get(key) ?? parseActionFile(file, content);
  parsed.set(key, action);
  return action;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there: the other name is tried.
    return undefined;
  }
}

function parseActionFile(file: string, content: string): ActionFile {
  const { context, value } = parseAction({ name: file, content }, new NoOperationTraceWriter());
  throwFaults(context);
  if (!value) throw new Error(`${file} is empty.`);
  const action = convertActionTemplate(context, value, { errorPolicy: ErrorPolicy.TryConversion });
  throwFaults(context);
  if (action.runs.using !== 'composite') throw new Error(`${file}: only composite actions are run here.`);
  // The converted steps lack shell, with and working-directory, so all but the condition comes from the tokens.
  const runs = field(value, 'runs');
  const tokens = runs ? field(runs, 'steps') : undefined;
  const stepTokens = tokens && isSequence(tokens) ? [...tokens] : [];
  const conditions = action.runs.steps.map((step) => step.if?.expression ?? 'success()');
  return {
    name: action.name,
    inputs: (action.inputs ?? []).map((input) => ({
      name: input.id,
      ...(input.default && { default: templateOf(input.default) }),
    })),
    outputs: (action.outputs ?? []).flatMap(({ id, value: output }) =>
      output ? [{ name: id, value: templateOf(output) }] : [],
    ),
    steps: stepTokens.map((token, index) => stepOf(token, conditions[index] ?? 'success()')),
  };
}

function throwFaults(context: TemplateContext): void {
  const faults = context.errors.getErrors().map((error) => error.message);
  // Each names the file and the place; after a syntax error the rest are its echoes.
  if (faults.length > 0) throw new Error(faults.slice(0, 3).join('\n'));
}

function stepOf(token: TemplateToken, condition: string): StepTemplate {
  const optional = (key: string): Template | undefined => {
    const value = field(token, key);
    return value ? templateOf(value) : undefined;
  };
  const name = optional('name');
  const continueOnError = optional('continue-on-error');
  const base = {
    id: field(token, 'id')?.assertString('id').value ?? '',
    condition,
    env: entriesOf(field(token, 'env')),
    ...(name && { name }),
    ...(continueOnError && { continueOnError }),
  };
  const uses = field(token, 'uses');
  if (uses)
    return { ...base, kind: 'uses', uses: uses.assertString('uses').value, with: entriesOf(field(token, 'with')) };
  const workingDirectory = optional('working-directory');
  const shell = optional('shell') ?? { kind: 'text', text: 'bash' };
  const script = optional('run') ?? { kind: 'text', text: '' };
  return { ...base, kind: 'run', script, shell, ...(workingDirectory && { workingDirectory }) };
}

function entriesOf(token: TemplateToken | undefined): TemplateEntries {
  if (!token || !isMapping(token)) return [];
  return pairs(token).map(([key, value]) => [key, templateOf(value)]);
}

function templateOf(token: TemplateToken): Template {
  if (isBasicExpression(token)) return { kind: 'expression', expression: token.expression };
  return { kind: 'text', text: isScalar(token) ? token.toString() : '' };
}

function field(token: TemplateToken, name: string): TemplateToken | undefined {
  return isMapping(token) ? token.find(name) : undefined;
}

function pairs(token: MappingToken): readonly (readonly [string, TemplateToken])[] {
  return [...token].map(({ key, value }) => [key.toString(), value]);
}
