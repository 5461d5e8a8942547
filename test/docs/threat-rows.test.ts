import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const document = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');

interface ThreatRow {
  readonly id: string;
  readonly threat: string;
  readonly stops: string;
  readonly proof: string;
  readonly left: string;
}

/** The rows of the tables that have a column "Proof". */
function threatRows(): ThreatRow[] {
  const rows: ThreatRow[] = [];
  let inTable = false;
  for (const line of document.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, id = '', threat = '', stops = '', proof = '', left = '', end] = cells;
    if (proof === 'Proof') inTable = true;
    else if (!line.startsWith('|')) inTable = false;
    else if (inTable && !id.startsWith('-') && end !== undefined) rows.push({ id, threat, stops, proof, left });
  }
  return rows;
}

const rows = threatRows();
const pathsIn = (cell: string): string[] =>
  Array.from(cell.matchAll(/`([\w.-]+\/[\w./-]+)`/g), ([, name = '']) => name);

test('the threat model has tables for who, what comes in, what goes out, secrets, the server and the build', () => {
  expect(new Set(rows.map(({ id }) => id.charAt(0)))).toEqual(new Set(['W', 'C', 'O', 'S', 'N', 'B']));
});

test('rows are numbered without gaps or doubles', () => {
  for (const letter of new Set(rows.map(({ id }) => id.charAt(0)))) {
    const ids = rows.map(({ id }) => id).filter((id) => id.startsWith(letter));
    expect(ids).toEqual(ids.map((_id, index) => `${letter}${index + 1}`));
  }
});

describe.each(rows)('$id', ({ threat, stops, proof, left }) => {
  test('says what is threatened, what stops it and what is left', () => {
    for (const cell of [threat, stops, left]) expect(cell).not.toBe('');
  });

  test('names a test or a check that is there, or nothing stops it and it says so', () => {
    if (proof === '–') {
      expect(stops).toBe('–');
      expect(left.length).toBeGreaterThan('–'.length);
      return;
    }
    const named = pathsIn(proof);
    expect(named.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
    expect(named.filter((name) => /^test\/.*\.test\.ts$|^scripts\/check\.mjs$/.test(name))).not.toEqual([]);
  });

  test('names what is not yet there under what is left, and there alone', () => {
    expect(`${threat}${stops}${proof}`).not.toMatch(/not yet/i);
    for (const [, what = ''] of left.matchAll(/not yet\**:?\s*([^.;]*)/gi)) expect(what.trim()).not.toBe('');
  });
});
