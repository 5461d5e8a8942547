import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { root, workflows } from './workflow-files.ts';

interface Update {
  readonly 'package-ecosystem': string;
  readonly directory?: string;
  readonly directories?: readonly string[];
}

test('pins and packages are kept fresh wherever there are any', () => {
  const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as { updates: Update[] };
  const watched = updates.flatMap(({ 'package-ecosystem': ecosystem, directory, directories }) =>
    [directory, ...(directories ?? [])].filter((each) => each !== undefined).map((each) => `${ecosystem} ${each}`),
  );
  // GitHub's bot takes / for both action.yml and .github/workflows.
  const folders = workflows().map(({ file }) => `/${dirname(file)}`.replace('/.github/workflows', '/'));
  expect(new Set(watched)).toEqual(new Set(['npm /', ...folders.map((folder) => `github-actions ${folder}`)]));
});
