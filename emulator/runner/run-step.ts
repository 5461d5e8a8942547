import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { holds, render } from './expression.ts';
import { createCommandFiles, readCommandFiles, type CommandFiles } from './file-commands.ts';
import { contextsOf, processEnv, type Job } from './job.ts';
import type { StepResult } from './result.ts';
import { StepOutput } from './step-output.ts';
import { startProcess } from './step-process.ts';
import type { RunStep, StepTemplate, Template, TemplateEntries } from './template.ts';
import type { UsesStub } from './uses-stub.ts';

type Env = Readonly<Record<string, string>>;

/** How a step went, before `continue-on-error`. */
interface Ending {
  readonly outcome: StepResult['outcome'];
  readonly exitCode?: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface StepRequest {
  readonly step: StepTemplate;
  readonly index: number;
  readonly stubs: Readonly<Record<string, UsesStub>>;
}

/** Runs one step, or skips it, and leaves its traces in the job. */
export async function runStep(job: Job, request: StepRequest): Promise<StepResult & { readonly summary: string }> {
  const { step } = request;
  const output = new StepOutput(job.masks, job.onLine);
  const ending = await attempt(job, request, output);
  const failed = ending.outcome === 'failure';
  const soft = failed && step.continueOnError !== undefined && text(job, step.continueOnError) === 'true';
  const conclusion = soft ? 'success' : ending.outcome;
  if (conclusion === 'failure' && job.status === 'success') job.status = 'failure';
  if (step.id !== '') job.steps[step.id] = { outputs: ending.outputs, outcome: ending.outcome, conclusion };
  const { log, annotations, commands } = output;
  const name = step.name?.kind === 'text' ? step.name.text : step.id;
  return { id: step.id, name, ...ending, conclusion, log, annotations, commands };
}

async function attempt(job: Job, request: StepRequest, output: StepOutput): Promise<Ending> {
  const { step, index, stubs } = request;
  try {
    const env = entries(job, step.env);
    if (!holds(step.condition, contextsOf(job, env), job.status))
      return { outcome: 'skipped', outputs: {}, summary: '' };
    const files = createCommandFiles(job.temp, index);
    const cancelledBefore = job.status === 'cancelled';
    const exitCode =
      step.kind === 'run'
        ? await runScript(job, { step, index, env, files, output })
        : await runStub(job, { uses: step.uses, with: entries(job, step.with, env), env, files, output, stubs });
    return settle(job, { exitCode, cancelledBefore, files, output, env, step });
  } catch (error) {
    // An expression that cannot be evaluated, a process that cannot be started (variables too large, no such shell).
    output.error(error instanceof Error ? error.message : String(error));
    return { outcome: 'failure', outputs: {}, summary: '' };
  }
}

interface Ended {
  readonly step: StepTemplate;
  readonly env: Env;
  readonly exitCode: number;
  readonly cancelledBefore: boolean;
  readonly files: CommandFiles;
  readonly output: StepOutput;
}

/** A step that was running when the run was cancelled is cancelled, whatever its exit code, unless its `if` allows it on. */
function settle(job: Job, { step, env, exitCode, cancelledBefore, files, output }: Ended): Ending {
  const said = readCommandFiles(files);
  for (const { message } of said.errors) output.error(message);
  Object.assign(job.env, said.env);
  for (const added of said.paths) job.paths.unshift(added);
  const outputs = { ...output.outputs, ...said.outputs };
  const summary = job.masks.hide(said.summary);
  const cancelled = job.status === 'cancelled' && !cancelledBefore && !continuesWhenCancelled(job, step, env);
  if (cancelled) {
    output.error('The operation was canceled.');
    return { outcome: 'cancelled', exitCode, outputs, summary };
  }
  if (exitCode !== 0) output.error(`Process completed with exit code ${exitCode}.`);
  const failed = exitCode !== 0 || output.failed || said.errors.some((error) => error.failsStep);
  return { outcome: failed ? 'failure' : 'success', exitCode, outputs, summary };
}

/** The runner asks a running step's `if` again when the run is cancelled: `always()` and `cancelled()` run on. */
export function continuesWhenCancelled(job: Job, step: StepTemplate, env: Env = entries(job, step.env)): boolean {
  return holds(step.condition, contextsOf(job, env), 'cancelled');
}

interface Script {
  readonly step: RunStep;
  readonly index: number;
  readonly env: Env;
  readonly files: CommandFiles;
  readonly output: StepOutput;
}

async function runScript(job: Job, { step, index, env, files, output }: Script): Promise<number> {
  const script = text(job, step.script, env);
  const shell = text(job, step.shell, env);
  const [extension, template] = SHELLS[shell] ?? ['', shell];
  const file = path.join(job.temp, `${index}${extension}`);
  writeFileSync(file, script.endsWith('\n') ? script : `${script}\n`);
  const [command = 'bash', ...args] = template.split(' ').map((word) => word.replace('{0}', file));
  announce(output, { script, shell: template, env: { ...job.env, ...env } });
  const folder = step.workingDirectory ? text(job, step.workingDirectory, env) : '';
  const running = startProcess({
    command,
    args,
    cwd: path.resolve(job.github.workspace, folder),
    env: { ...processEnv(job, env), ...files },
    onLine: (line) => {
      job.onOutput(line);
      output.read(line);
    },
    grace: job.grace,
  });
  job.running = running;
  try {
    return await running.ended;
  } finally {
    job.running = undefined;
    job.leftovers.push(running);
  }
}

/** File extension and command line of the shells that have a name, as the runner has them. */
const SHELLS: Readonly<Record<string, readonly [extension: string, template: string]>> = {
  bash: ['.sh', 'bash --noprofile --norc -e -o pipefail {0}'],
  sh: ['.sh', 'sh -e {0}'],
  python: ['.py', 'python {0}'],
};

/** The group at the head of every step's log. It shows the variables, so that it also shows what was not masked. */
function announce(output: StepOutput, { script, shell, env }: { script: string; shell: string; env: Env }): void {
  const lines = script.trimEnd().split('\n');
  output.write(`##[group]Run ${lines[0] ?? ''}`);
  for (const line of lines) output.write(line);
  output.write(`shell: ${shell}`);
  if (Object.keys(env).length > 0) output.write('env:');
  for (const [name, value] of Object.entries(env)) output.write(`  ${name}: ${value}`);
  output.write('##[endgroup]');
}

interface Stubbed {
  readonly uses: string;
  readonly with: Env;
  readonly env: Env;
  readonly files: CommandFiles;
  readonly output: StepOutput;
  readonly stubs: Readonly<Record<string, UsesStub>>;
}

async function runStub(job: Job, { uses, with: inputs, env, files, output, stubs }: Stubbed): Promise<number> {
  const stub = stubs[uses] ?? stubs[uses.split('@')[0] ?? uses];
  if (!stub) throw new Error(`Nothing stands in for uses: ${uses}. Pass it to runAction as uses: { '${uses}': … }.`);
  output.write(`##[group]Run ${uses}`);
  for (const [name, value] of Object.entries(inputs)) output.write(`  ${name}: ${value}`);
  output.write('##[endgroup]');
  const result = await stub({
    with: inputs,
    env: { ...processEnv(job, env), ...files },
    log: (line) => output.read(line),
  });
  Object.assign(job.env, result?.env);
  for (const added of result?.paths ?? []) job.paths.unshift(added);
  const lines = Object.entries(result?.outputs ?? {}).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(files.GITHUB_OUTPUT, lines.join(''), { flag: 'a' });
  return result?.exitCode ?? 0;
}

function entries(job: Job, templates: TemplateEntries, env: Env = {}): Record<string, string> {
  return Object.fromEntries(templates.map(([name, template]) => [name, text(job, template, env)]));
}

function text(job: Job, template: Template, env: Env = {}): string {
  return render(template, contextsOf(job, env), job.status);
}
