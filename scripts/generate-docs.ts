// Writes what is said once in code into the files that say it again: action.yml's inputs and outputs, the README's
// tables, docs/reason-codes.md and the JSON Schema of a repository's config. `npm run generate` runs it; `npm run check` fails when a file would change.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { INPUTS, OUTPUTS, type InputSpec } from '../action/inputs/inputs.ts';
import { FILE_SCHEMA } from '../shared/domain/config/file-schema.ts';
import { REASONS } from '../shared/model/reason.ts';

const inputs: [string, InputSpec][] = Object.entries(INPUTS);

function inputsYaml(): string {
  const entries = inputs.map(([name, spec]) => {
    const lines = [`  ${name}:`, `    description: ${yamlText(spec.description)}`];
    if (spec.required === true) lines.push('    required: true');
    else lines.push(`    default: ${spec.default.startsWith('${{') ? spec.default : yamlText(spec.default)}`);
    return lines.join('\n');
  });
  return `inputs:\n${entries.join('\n')}`;
}

function outputsYaml(): string {
  const entries = Object.entries(OUTPUTS).map(
    ([name, description]) =>
      `  ${name}:\n    description: ${yamlText(description)}\n    value: \${{ steps.cleanup.outputs.${name} || steps.run.outputs.${name} }}`,
  );
  return `outputs:\n${entries.join('\n')}`;
}

function inputsTable(): string {
  const rows = inputs.map(([name, { description, default: value, required }]) => {
    const shown = required === true ? '**required**' : value === '' ? '' : `\`${value}\``;
    return `| \`${name}\` | ${cell(description)} | ${shown} |`;
  });
  return ['| Input | What it does | Default |', '|---|---|---|', ...rows].join('\n');
}

function outputsTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return ['| Output | What it holds |', '|---|---|', ...rows].join('\n');
}

function reasonsTable(): string {
  const rows = Object.entries(REASONS).map(
    ([code, { status, meaning, remedy }]) => `| \`${code}\` | \`${status}\` | ${cell(meaning)} | ${cell(remedy)} |`,
  );
  return ['| `reason-code` | `status` | What happened | What to do |', '|---|---|---|---|', ...rows].join('\n');
}

/** Quoted as the formatter would, so that the two do not argue. */
function yamlText(value: string): string {
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
}

function cell(value: string): string {
  return value.replaceAll('|', '\\|');
}

/** Replaces what stands between the markers `generated:NAME` and `generated:end`. */
function fill(file: string, name: string, content: string): void {
  const [open, close] = file.endsWith('.md') ? ['<!-- ', ' -->'] : ['# ', ''];
  const begin = `${open}generated:${name}${close}\n`;
  const end = `\n${open}generated:end${close}`;
  const old = readFileSync(file, 'utf8');
  const from = old.indexOf(begin);
  const to = old.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${file} lacks the markers ${begin.trim()} and ${end.trim()}`);
  const now = `${old.slice(0, from + begin.length)}${content}${old.slice(to)}`;
  if (now !== old) writeFileSync(file, now);
}

fill('action.yml', 'inputs', inputsYaml());
fill('action.yml', 'outputs', outputsYaml());
fill('README.md', 'inputs', inputsTable());
fill('README.md', 'outputs', outputsTable());
fill('docs/reason-codes.md', 'reasons', reasonsTable());
writeFileSync(
  'docs/rebyte.schema.json',
  `${JSON.stringify(z.toJSONSchema(FILE_SCHEMA, { io: 'input' }), undefined, 2)}\n`,
);
