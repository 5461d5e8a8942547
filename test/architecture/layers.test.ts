import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Rule {
  readonly name: string;
  readonly comment: string;
}
const rules: readonly Rule[] = createRequire(import.meta.url)('../../.dependency-cruiser.cjs').forbidden;

/** Rule → the file that breaks it → what that file imports. */
const PLANTED: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'no-circular': ['shared/domain/chicken.ts', './egg.ts'],
  'no-orphans': ['shared/domain/orphan.ts', ''],
  'edges-are-strangers': ['action/borrows.ts', '../app/index.ts'],
  'shared-knows-no-edge': ['shared/other/looks-up.ts', '../../emulator/index.ts'],
  'model-imports-nothing': ['shared/model/looks-up.ts', '../ports/port.ts'],
  'ports-import-the-model': ['shared/ports/looks-up.ts', '../domain/egg.ts'],
  'domain-awaits-ports': ['shared/domain/names-a-server.ts', '../github/index.ts'],
  'leaves-import-the-model': ['shared/prompt/reads-render.ts', '../render/index.ts'],
  'client-stands-alone': ['shared/rebyte/leans.ts', '../model/word.ts'],
  'client-by-its-front-door': ['app/by-the-window.ts', '../shared/rebyte/undici-engine.ts'],
  'github-behind-the-port': ['shared/github/renders.ts', '../render/index.ts'],
  'emulator-shares-nothing': ['emulator/rebyte/shares.ts', '../../shared/model/word.ts'],
  'undici-in-one-file': ['shared/rebyte/second-http.ts', 'undici'],
  'octokit-in-its-room': ['emulator/rebyte/calls-github.ts', '@octokit/core'],
  'production-imports-no-test': ['app/imports-test.ts', '../test/support.ts'],
};

/** What the layers allow, and the far ends of the violations. */
const ALLOWED: Readonly<Record<string, string>> = {
  'action/index.ts': '../shared/rebyte/index.ts',
  'app/index.ts': '../shared/github/index.ts',
  'emulator/index.ts': 'undici',
  'shared/domain/egg.ts': './chicken.ts',
  'shared/github/index.ts': '@octokit/core',
  'shared/model/word.ts': '',
  'shared/ports/port.ts': '../model/word.ts',
  'shared/rebyte/index.ts': './undici-engine.ts',
  'shared/rebyte/undici-engine.ts': 'undici',
  'shared/render/index.ts': '../model/word.ts',
  'test/support.ts': '',
  'node_modules/undici/index.js': '',
  'node_modules/@octokit/core/index.js': '',
};

let tree: string;
let violations: readonly string[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'layers-'));
  await copyFile(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'));
  const planted = Object.values(PLANTED).map(([file, imports]) => plant(file, imports));
  await Promise.all([...planted, ...Object.entries(ALLOWED).map(([file, imports]) => plant(file, imports))]);
  violations = await cruise();
});
afterAll(() => rm(tree, { recursive: true, force: true }));

async function plant(file: string, imports: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), imports === '' ? 'export const x = 1;\n' : `export * from '${imports}';\n`);
}

/** `rule: file`, as the command that `npm run check` uses reports them. */
async function cruise(): Promise<string[]> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [command, '--config', config, '--output-type', 'json', 'action', 'app', 'shared', 'emulator'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 2 ** 24 }, (_failsOnViolations, stdout) =>
      resolve(stdout),
    );
  });
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: Rule; from: string }[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}

test.each(rules)('$name is caught', ({ name }) => {
  const [file] = PLANTED[name] ?? ['nothing planted for this rule'];
  expect(violations).toContain(`${name}: ${file}`);
});

test('nothing else is reported', () => {
  const wanted = Object.entries(PLANTED).map(([name, [file]]) => `${name}: ${file}`);
  // A circle is reported once for each of its members.
  expect(violations.filter((violation) => violation !== 'no-circular: shared/domain/egg.ts').toSorted()).toEqual(
    wanted.toSorted(),
  );
});

test('every rule says why it is there', () => {
  expect(rules.filter(({ comment }) => !/\w.*\.$/.test(comment))).toEqual([]);
});
