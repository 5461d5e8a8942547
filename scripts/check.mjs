// `npm run check`: everything that must hold before a commit, short of the tests. One line per gate as it ends; at the
// end what failed, why, and the command that mends it. `npm run check -- types lint` runs only those. What was checked
// and has not changed is remembered in build/check.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['action', 'app', 'shared', 'emulator', 'demo', 'bench'].filter((name) => existsSync(join(root, name)));
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const TYPES = ['-p', '.', '--incremental', '--tsBuildInfoFile', 'build/check/types.json'];
const FORMAT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', 'build/check/format.json'];
const FORMAT = ['--check', '--log-level', 'warn', ...FORMAT_CACHE, '.'];

/** A gate runs and throws what is wrong. Long ones first: two at a time, so that they end together. */
const GATES = [
  { name: 'dist', mend: 'npm run build, and commit dist/action', run: distIsWhatIsBuilt },
  { name: 'types', mend: 'mend what tsc says', run: packaged('typescript/bin/tsc', ...TYPES) },
  {
    name: 'layers',
    mend: 'see .dependency-cruiser.cjs for why the rule is there',
    run: packaged('dependency-cruiser/bin/dependency-cruise.mjs', ...SOURCES),
  },
  { name: 'workflows', mend: 'mend the workflow that is named', run: () => node(...JEST, 'test/workflows') },
  {
    name: 'licences',
    mend: 'replace the package, or add its licence to scripts/licences.ts when it asks for no more than to be named',
    run: () => node('scripts/run.mjs', 'scripts/check-licences.ts'),
  },
  { name: 'generated', mend: 'npm run generate, and commit', run: generatedFilesAreFresh },
  { name: 'format', mend: 'npm run format', run: packaged('prettier/bin/prettier.cjs', ...FORMAT) },
  { name: 'lint', mend: 'mend what oxlint says', run: packaged('oxlint/bin/oxlint', '--type-aware', '--quiet', '.') },
];

const failures = await runAll(chosen(argv.slice(2)));
for (const { name, reason, mend } of failures) console.log(`\n${name} failed. To mend it: ${mend}.\n${reason}`);
console.log(failures.length === 0 ? '\nAll gates passed.' : `\nFailed: ${failures.map(({ name }) => name).join(', ')}`);
exit(failures.length === 0 ? 0 : 1);

function chosen(names) {
  const unknown = names.filter((name) => !GATES.some((gate) => gate.name === name));
  if (unknown.length > 0)
    throw new Error(`No gate ${unknown.join(', ')}; there are ${GATES.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? GATES : GATES.filter(({ name }) => names.includes(name));
}

async function runAll(gates) {
  const waiting = [...gates];
  const failed = [];
  const worker = async () => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const started = performance.now();
      const reason = await gate.run().then(
        () => undefined,
        (error) => error.message,
      );
      if (reason !== undefined) failed.push({ ...gate, reason });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${reason === undefined ? 'ok    ' : 'FAILED'} ${gate.name.padEnd(10)} ${seconds.padStart(5)} s`);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

async function distIsWhatIsBuilt() {
  await inTemporaryFolder(async (fresh) => {
    await node('scripts/build.mjs', join(fresh, 'action'));
    const differing = await differences(join(fresh, 'action'), join(root, 'dist/action'));
    if (differing.length > 0) throw new Error(`Not what the sources build:\n${lines('dist/action', differing)}`);
  });
  const loose = (await git('ls-files', '--others', 'dist/action')).split('\n').filter((name) => name !== '');
  if (loose.length > 0) throw new Error(`Not committed:\n${lines('', loose)}`);
}

/** The generators run on a copy, so that a check changes nothing. */
async function generatedFilesAreFresh() {
  await node('scripts/generate.mjs', '--check');
  await inTemporaryFolder(async (copy) => {
    const documents = (await readdir(root)).filter((name) => /\.(md|yml)$/.test(name) || name === 'docs');
    for (const name of documents) await cp(join(root, name), join(copy, name), { recursive: true });
    await execute(execPath, [join(root, 'scripts/run.mjs'), 'scripts/generate-docs.ts'], copy);
    for (const name of documents) {
      const differing = await differences(join(copy, name), join(root, name));
      if (differing.length > 0) throw new Error(`Not what the code says:\n${lines(name, differing)}`);
    }
  });
}

/** Paths below two files or folders whose bytes differ or that only one of them has; '' for the two themselves. */
async function differences(left, right) {
  const [inLeft, inRight] = await Promise.all([left, right].map(filesBelow));
  const all = [...new Set([...inLeft.keys(), ...inRight.keys()])];
  return all.filter((name) => !inLeft.has(name) || !inRight.has(name) || !inLeft.get(name).equals(inRight.get(name)));
}

async function filesBelow(path) {
  if (!existsSync(path)) return new Map();
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return new Map([['', await readFile(path)]]);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [relative(path, file), await readFile(file)])));
}

async function inTemporaryFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'rebyte-check-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lines(folder, names) {
  return names.map((name) => `  ${join(folder, name)}`).join('\n');
}

function node(...args) {
  return execute(execPath, args, root);
}

/** A package's command, by its script: `.bin` holds shell scripts, which Windows cannot execute. */
function packaged(script, ...args) {
  return () => node(join('node_modules', script), ...args);
}

function git(...args) {
  return execute('git', args, root);
}

/** What the command wrote; throws it when the command fails. */
function execute(command, args, cwd) {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${stdout}${stderr}`.trim() || error.message));
    });
  });
}
