import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const { engines }: { engines: { node: string } } = JSON.parse(readFileSync('package.json', 'utf8'));
const minimum = engines.node.replace('>=', '');
const action: { runs: { steps: { id?: string; run?: string }[] } } = parse(readFileSync('action.yml', 'utf8'));
const script = action.runs.steps.find(({ id }) => id === 'prepare')?.run ?? '';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'node-version-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What the composite's first step says of a `node` that prints this version. */
function found(version: string): boolean {
  const node = path.join(folder, 'node');
  const output = path.join(folder, 'output');
  writeFileSync(node, `#!/bin/sh\necho '${version}'\n`);
  chmodSync(node, 0o755);
  writeFileSync(output, '');
  const env = { PATH: `${folder}${path.delimiter}${process.env['PATH']}`, GITHUB_OUTPUT: output, RUNNER_TEMP: folder };
  execFileSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], { env });
  return readFileSync(output, 'utf8').includes('found=true');
}

test('action.yml takes the Node.js that package.json asks for', () => {
  expect(found(`v${minimum}`)).toBe(true);
});

test.each(['v20.18.2', 'v20.19.0', 'v21.0.0', 'v22.0.0', 'v24.11.1', 'v26.0.0-nightly20260101', 'v100.0.0'])(
  'action.yml takes %s',
  (version) => expect(found(version)).toBe(true),
);

test('action.yml takes none that package.json does not', () => {
  const [major = 0, minor = 0, patch = 0] = minimum.split('.').map(Number);
  const older = patch > 0 ? `${major}.${minor}.${patch - 1}` : `${major}.${minor - 1}.999`;
  expect(found(`v${older}`)).toBe(false);
});

test.each(['v20.9.9', 'v18.20.8', 'v20', '', 'no version'])(
  'action.yml has another one installed for "%s"',
  (version) => {
    expect(found(version)).toBe(false);
  },
);

test.each(['README.md', 'CONTRIBUTING.md', 'docs/troubleshooting.md', 'docs/app.md', 'action.yml'])(
  '%s names the version that package.json asks for',
  (document) => {
    const named = readFileSync(document, 'utf8').match(/\b20\.\d+(\.\d+)?/g) ?? [];
    expect(new Set(named)).toEqual(new Set([minimum]));
  },
);
