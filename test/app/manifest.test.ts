import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { EVENTS, OPERATIONS, PERMISSIONS } from '../../app/github/operations.ts';

const root = new URL('../../', import.meta.url);
const manifest = parse(readFileSync(new URL('app.yml', root), 'utf8')) as {
  default_permissions: Record<string, string>;
  default_events: string[];
};

test('app.yml asks for the least permissions that the operations need, and no more', () => {
  expect(manifest.default_permissions).toEqual(PERMISSIONS);
});

test('app.yml subscribes to the events that are read, and to no other', () => {
  expect([...manifest.default_events].sort()).toEqual([...EVENTS].sort());
  const intake = readFileSync(new URL('app/github/intake.ts', root), 'utf8');
  for (const event of EVENTS) expect(intake).toContain(`'${event}${event === 'push' ? '' : '.'}`);
});

test("every operation stands in GitHub's own description", () => {
  const text = readFileSync(new URL('emulator/github/contract/operations.json', root), 'utf8');
  const { operations } = JSON.parse(text) as { operations: string[] };
  expect(Object.keys(OPERATIONS).filter((operation) => !operations.includes(operation))).toEqual([]);
});
