import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readEnvironment } from '../../../action/environment.ts';
import { readEvent } from '../../../action/event.ts';
import { WorkflowLog } from '../../../action/log/workflow-log.ts';
import { finish } from '../../../action/report/finish.ts';
import { openStepState, type StepStateFile } from '../../../action/step-state.ts';

let temp: string;
let state: StepStateFile;
const before = process.env['GITHUB_OUTPUT'];

beforeEach(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'finish-'));
  state = openStepState(path.join(temp, 'state'));
  state.write({ phase: 'running', runReference: 'r', startedAt: new Date().toISOString(), taskId: 'task_1' });
});

afterEach(async () => {
  if (before === undefined) delete process.env['GITHUB_OUTPUT'];
  else process.env['GITHUB_OUTPUT'] = before;
  await rm(temp, { recursive: true });
});

/** Ends a step as `reason`, with its outputs in this file. */
async function end(reason: 'completed' | 'rejected', message: string, outputs: string) {
  process.env['GITHUB_OUTPUT'] = outputs;
  const out = new PassThrough();
  const environment = readEnvironment({ RUNNER_TEMP: temp });
  const step = {
    environment,
    event: readEvent(environment),
    log: new WorkflowLog(() => out),
    startedAt: Date.now(),
    state,
  };
  const succeeds = await finish({ ...step, facts: { notes: [], artifacts: [] } }, { reason, message });
  out.end();
  return { succeeds, log: await text(out) };
}

test('outputs that cannot be written fail the step, and its ended task is nothing for the cleanup step', async () => {
  const { succeeds, log } = await end('completed', '', path.join(temp, 'missing'));
  expect(succeeds).toBe(false);
  expect(log).toContain('The outputs could not be written: Missing file');
  expect(state.read()?.phase).toBe('settled');
});

test('what to do is a sentence of its own, however the message ends', async () => {
  const outputs = path.join(temp, 'outputs');
  await writeFile(outputs, '');
  const { log } = await end('rejected', 'POST /tasks: 400 validation_error: no such branch', outputs);
  expect(log).toContain('no such branch. Mend the field that the message names. (rejected)');
  expect(await readFile(outputs, 'utf8')).toContain('rejected');
});
