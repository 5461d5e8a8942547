// `node scripts/run.mjs` in a small checkout of its own, whose sources these tests change.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = 'build/run/say';
const WORD = `export const word: string = 'Hello';\n`;
/** Long ago: of what is younger than the build that read it nobody knows whether it went in. */
const EARLIER = new Date('2026-01-01').getTime();

/** Node 22 and later. */
const canCompileAhead = 'enableCompileCache' in module;

let folder: string;
let checkout: string;
let children: ChildProcess[];
let writes = 0;

beforeEach(async () => {
  children = [];
  folder = await realpath(await mkdtemp(join(tmpdir(), 'run-test-')));
  checkout = join(folder, 'checkout');
  for (const path of ['scripts/run.mjs', 'scripts/bundle.mjs', 'package.json', 'tsconfig.json'])
    // Not as if it were written now: that might be after the build has read it.
    await cp(join(ROOT, path), join(checkout, path), { preserveTimestamps: true });
  await write('say.ts', `import { word } from './word.ts';\nimport { name } from 'who';\nconsole.log(word, name);\n`);
  await write('word.ts', WORD);
  await write('node_modules/who/package.json', '{ "name": "who", "type": "module", "exports": "./index.js" }');
  await write('node_modules/who/index.js', `export const name = 'Ada';\n`);
  await addEsbuild();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Each time a little younger, as far as the file system says. */
async function write(path: string, content: string): Promise<void> {
  const file = join(checkout, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, content);
  writes += 1;
  const at = new Date(EARLIER + writes);
  await utimes(file, at, at);
}

function start(args: readonly string[], root = checkout): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), ...args], { cwd: root, stdio: 'pipe' });
  children.push(child);
  return child;
}

async function run(args: readonly string[] = ['say.ts'], root = checkout) {
  const child = start(args, root);
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { out, err, code: Number(code) };
}

async function addEsbuild(): Promise<void> {
  await symlink(join(ROOT, 'node_modules/esbuild'), join(checkout, 'node_modules/esbuild'));
}

/** Without it nothing can be built. */
async function removeEsbuild(root = checkout): Promise<void> {
  await rm(join(root, 'node_modules/esbuild'));
}

async function programFile(): Promise<string> {
  const names = await readdir(join(checkout, PROGRAM));
  return names.find((name) => name.endsWith('.mjs')) ?? 'none';
}

test('what is built once runs again without building, with the packages for development gone', async () => {
  expect(await run()).toEqual({ out: 'Hello Ada\n', err: '', code: 0 });
  await removeEsbuild();
  expect(await run()).toEqual({ out: 'Hello Ada\n', err: '', code: 0 });
});

test.each([
  ['a source, to as many bytes', 'Howdy Ada\n', async () => await write('word.ts', WORD.replace('Hello', 'Howdy'))],
  ['a package', 'Hello Bob\n', async () => await write('node_modules/who/index.js', `export const name = 'Bob';\n`)],
  ['an import', 'Bye\n', async () => await write('say.ts', `console.log('Bye');\n`)],
  ['how it is compiled', 'Hello Ada\n', async () => await write('tsconfig.json', '{ "compilerOptions": {} }')],
  ['all that was built', 'Hello Ada\n', async () => await rm(join(checkout, 'build'), { recursive: true })],
  ['the program', 'Hello Ada\n', async () => await rm(join(checkout, PROGRAM, await programFile()))],
  ['half of the note', 'Hello Ada\n', async () => await write(`${PROGRAM}/manifest.json`, '{"inputs')],
])('when %s has changed or gone, what is there is not run but built anew', async (_what, out, change) => {
  await run();
  await change();
  await removeEsbuild();
  expect(await run()).toMatchObject({ out: '', code: 1 });
  await addEsbuild();
  expect(await run()).toEqual({ out, err: '', code: 0 });
  await removeEsbuild();
  expect(await run()).toEqual({ out, err: '', code: 0 });
});

test('a source that was written while it was built is built again', async () => {
  await write('word.ts', WORD);
  const soon = new Date(Date.now() + 60_000);
  await utimes(join(checkout, 'word.ts'), soon, soon);
  await run();
  await removeEsbuild();
  expect(await run()).toMatchObject({ out: '', code: 1 });
});

test('what is out of date and cannot be built does not run, and the message says what to do', async () => {
  await run();
  await write('word.ts', `export const word = 'Good day';\n`);
  await removeEsbuild();
  const { out, err, code } = await run();
  expect([out, code]).toEqual(['', 1]);
  expect(err).toContain(`${PROGRAM} is missing, or its sources have changed since, and it cannot be built: `);
  expect(err).toContain('npm ci && npm run build');
});

test('a copy of a checkout that is built runs as it is, though its files are newer', async () => {
  await run();
  const copy = join(folder, 'copy');
  for (const name of ['scripts', 'build', 'node_modules', 'say.ts', 'word.ts', 'package.json', 'tsconfig.json'])
    await cp(join(checkout, name), join(copy, name), { recursive: true });
  await removeEsbuild(copy);
  expect(await run(['say.ts'], copy)).toEqual({ out: 'Hello Ada\n', err: '', code: 0 });
});

test('processes that start at once while it is out of date all run what the sources say', async () => {
  await run();
  await write('word.ts', `export const word = 'Welcome';\n`);
  const said = await Promise.all(Array.from({ length: 4 }, async () => await run()));
  expect(said.map(({ out }) => out)).toEqual(Array.from({ length: 4 }, () => 'Welcome Ada\n'));
});

test('what runs loads its own parts although the program was built anew meanwhile', async () => {
  await write('part.ts', `export const part = 'the first part';\n`);
  await write(
    'late.ts',
    `console.log('waiting');\nprocess.stdin.once('data', async () => {\n` +
      `  console.log((await import('./part.ts')).part);\n  process.exit(0);\n});\n`,
  );
  const running = start(['late.ts']);
  const [said] = await once(running.stdout!, 'data');
  expect(String(said)).toBe('waiting\n');
  await write('part.ts', `export const part = 'another part';\n`);
  await run(['--build', 'late.ts']);
  running.stdin!.write('go\n');
  expect(await text(running.stdout!)).toBe('the first part\n');
});

test('files of a program are removed by the second build after it', async () => {
  await run();
  const first = await programFile();
  await write('word.ts', `export const word = 'Second';\n`);
  await run();
  expect(await readdir(join(checkout, PROGRAM))).toContain(first);
  await write('word.ts', `export const word = 'Third';\n`);
  await run();
  expect(await readdir(join(checkout, PROGRAM))).not.toContain(first);
});

(canCompileAhead ? test : test.skip)('what Node compiled of a program stands beside it, and goes with it', async () => {
  const compiled = async () => (await readdir(join(checkout, PROGRAM))).filter((name) => name.endsWith('.compiled'));
  await run();
  const [first] = await compiled();
  expect(first).toBe(`${await programFile()}.compiled`);
  for (const word of ['Second', 'Third', 'Fourth']) {
    await write('word.ts', WORD.replace('Hello', word));
    await run();
  }
  expect([(await compiled()).length, await compiled()]).toEqual([2, expect.not.arrayContaining([first])]);
});

test('--build prints where the program is and runs nothing', async () => {
  const { out, err } = await run(['--build', 'say.ts']);
  expect([out, err]).toEqual([expect.stringMatching(/^build[/\\]run[/\\]say[/\\]index-\w+\.mjs\n$/), '']);
  expect(await readFile(join(checkout, out.trim()), 'utf8')).toContain('Hello');
});

test('a mistake in a source is named by its line', async () => {
  await write('word.ts', `export const word: string = ;\n`);
  const { err, code } = await run();
  expect(code).toBe(1);
  expect(err).toContain('word.ts:1:28: ERROR');
  expect(err).not.toContain('npm ci');
});

test('a source finds its neighbours by import.meta.url, and its arguments where a program has them', async () => {
  await write('sub/where.ts', `console.log(import.meta.url, 'not import.meta.url', process.argv.slice(1));\n`);
  const { out } = await run(['sub/where.ts', 'one', '--two']);
  expect(out).toContain(`${new URL(`file://${checkout}/sub/where.ts`).href} not import.meta.url`);
  expect(out).toContain(`[ '${join(checkout, 'sub/where.ts')}', 'one', '--two' ]`);
});
