import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { cutToBytes, jsonIn, resultOutputs } from '../../../action/report/outputs.ts';
import type { LogPort } from '../../../shared/ports/log.ts';

const warnings: string[] = [];
const ignore = (): void => undefined;
const log: LogPort = {
  debug: ignore,
  info: ignore,
  notice: ignore,
  warning: (message) => void warnings.push(message),
  error: ignore,
};

test.each([
  ['{"a": 12345678901234567890}\n', '{"a": 12345678901234567890}'],
  ['Here it is:\n\n```json\n{"a": 1}\n```\n\nand then\n\n```json\n[2]\n```\n', '[2]'],
  ['```json\n{broken\n```', ''],
  ['no json at all', ''],
  ['', ''],
])('finds the JSON in %j', (result, json) => {
  expect(jsonIn(result)).toBe(json);
});

test('cuts bytes at the border of a character', () => {
  expect(cutToBytes('aé🎉', 3)).toBe('aé');
  expect(cutToBytes('aé🎉', 5)).toBe('aé');
  expect(cutToBytes('aé🎉', 7)).toBe('aé🎉');
});

test('keeps the whole result in a file that a hostile task id cannot move', async () => {
  const temp = await mkdtemp(path.join(tmpdir(), 'outputs-'));
  try {
    const whole = 'x'.repeat(200_000);
    const outputs = await resultOutputs(whole, { temp, taskId: '../../etc/passwd', log });
    expect(path.dirname(outputs['result-file'] ?? '')).toBe(temp);
    expect(await readFile(outputs['result-file'] ?? '', 'utf8')).toBe(whole);
    expect(Buffer.byteLength(outputs.result ?? '')).toBe(100 * 1024);
  } finally {
    await rm(temp, { recursive: true });
  }
});

test('a result that no file can be made of is still an output', async () => {
  const temp = path.join(tmpdir(), 'there', 'is', 'no', 'such', 'folder');
  const outputs = await resultOutputs('{"a":1}', { temp, taskId: 'task_1', log });
  expect(outputs).toEqual({ result: '{"a":1}', 'result-file': '', 'result-json': '{"a":1}' });
  expect(warnings).toEqual([expect.stringMatching(/^The file with the whole result could not be written: .*ENOENT/)]);
});
