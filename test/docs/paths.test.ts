import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);

/** What a reader would go to: code spans with a path from the root, and relative links. */
function pathsIn(document: string): string[] {
  const text = readFileSync(path.join(ROOT, document), 'utf8');
  const named = text.matchAll(/`((?:action|shared|emulator|scripts|demo|bench|test|docs|examples)\/[\w./-]+)`/g);
  const linked = text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g);
  return [
    ...Array.from(named, ([, name = '']) => name),
    ...Array.from(linked, ([, name = '']) => path.join(path.dirname(document), name)),
  ];
}

test.each(documents)('every file that %s names is there', (document) => {
  expect(pathsIn(document).filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
});
