import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { cleanUntrusted } from '../../../shared/prompt/clean-untrusted.ts';

const FIXTURES = new URL('../../fixtures/hostile/', import.meta.url);
const hostileCases = z.array(
  z.object({
    name: z.string(),
    source: z.string(),
    text: z.string(),
    removed: z.array(z.string()),
    must_not_contain: z.array(z.string()),
    must_keep: z.array(z.string()),
  }),
);
const visibleCases = z.array(z.object({ name: z.string(), source: z.string(), text: z.string() }));
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8'));
const families = readdirSync(FIXTURES).filter((file) => file.endsWith('.json') && file !== 'visible.json');
const visible = visibleCases.parse(read('visible.json'));

test('there are at least 150 hostile texts and 100 harmless ones', () => {
  expect(families.flatMap((file) => hostileCases.parse(read(file))).length).toBeGreaterThanOrEqual(150);
  expect(visible.length).toBeGreaterThanOrEqual(100);
});

describe.each(families)('%s', (file) => {
  test.each(hostileCases.parse(read(file)))('$name: nothing of it is left', (hostile) => {
    const { text, removed } = cleanUntrusted(hostile.text);
    for (const word of hostile.must_not_contain) expect(text).not.toContain(word);
    for (const word of hostile.must_keep) expect(text).toContain(word);
    expect(removed.map(({ kind }) => kind).sort()).toEqual(expect.arrayContaining(hostile.removed));
    expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
  });
});

describe('what people write stays byte for byte', () => {
  test.each(visible)('$name', ({ text }) => {
    expect(cleanUntrusted(text)).toEqual({ text, removed: [] });
  });
});
