import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { cutToBytes, jsonIn, resultOutputs } from '../../../action/report/outputs.ts';

test.each([
  ['{"a": 1}', '{"a":1}'],
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
    const outputs = await resultOutputs(whole, temp, '../../etc/passwd');
    expect(path.dirname(outputs['result-file'] ?? '')).toBe(temp);
    expect(await readFile(outputs['result-file'] ?? '', 'utf8')).toBe(whole);
    expect(Buffer.byteLength(outputs.result ?? '')).toBe(100 * 1024);
  } finally {
    await rm(temp, { recursive: true });
  }
});
