// Builds the bundle that action.yml runs: `node scripts/build.mjs [directory]`, default dist/action.
//
// esbuild strips the types and joins our own files, with a chunk of its own for every `import()`: 10 ms, where tsc's
// emit takes 4 s and leaves 100 modules to wrap. ncc then adds the packages and their licences; its own TypeScript
// loader does not follow `import './x.ts'`, and its `--minify` leaves out the chunks, so esbuild does that as well.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every job that uses the Action downloads it. */
const MAX_BUNDLE_BYTES = 1.5 * 1024 * 1024;
/** The first request waits for all of this to be compiled. What it does not need is behind an `import()`. */
const MAX_ENTRY_BYTES = 110 * 1024;

const out = resolve(argv[2] ?? join(root, 'dist/action'));
const built = await buildAction(join(root, 'action/index.ts'), out).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`${relative(process.cwd(), out) || '.'}: ${Math.ceil(built.bytes / 1024)} KB`);
for (const [what, size, limit] of [
  ['The bundle', built.bytes, MAX_BUNDLE_BYTES],
  ['Its index.js, which the first request waits for,', built.entryBytes, MAX_ENTRY_BYTES],
]) {
  if (size <= limit) continue;
  console.error(`${what} is over its budget of ${limit / 1024} KB.`);
  process.exitCode = 1;
}

/** Replaces `to` by the bundle of `entry`; returns the bytes of JavaScript in it, and of those in its first file. */
async function buildAction(entry, to) {
  // Inside the checkout, where packages are found; a folder of one's own, so that builds can overlap. ncc starts in it, because the module ids it writes come from paths relative to where it starts.
  await mkdir(join(root, 'build'), { recursive: true });
  const work = await mkdtemp(join(root, 'build/action-'));
  try {
    await build({
      entryPoints: { index: entry },
      outdir: work,
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
    });
    // Without a "type" in it ncc writes CommonJS, whose chunks load three times as fast as those of a module.
    await writeFile(join(work, 'package.json'), '{}\n');
    const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
    const flags = ['--license', 'licenses.txt', '--target', 'es2022', '--no-cache', '--quiet'];
    await promisify(execFile)(execPath, [ncc, 'build', join(work, 'index.js'), '--out', 'out', ...flags], {
      cwd: work,
    });
    await minify(join(work, 'out'));
    await writeFile(join(work, 'out/package.json'), '{ "type": "commonjs" }\n');
    await rm(to, { recursive: true, force: true });
    await cp(join(work, 'out'), to, { recursive: true });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const sizes = await Promise.all((await scriptsIn(to)).map((file) => stat(file)));
  const { size: entryBytes } = await stat(join(to, 'index.js'));
  return { bytes: sizes.reduce((sum, { size }) => sum + size, 0), entryBytes };
}

/**
 * In place. Names of functions and classes stay, for messages and stacks, but where they would delay the first request:
 * each takes a call when it is loaded. The comments hold paths of this machine.
 */
async function minify(folder) {
  for (const file of await scriptsIn(folder)) {
    const keepNames = basename(file) !== 'index.js';
    const options = { minify: true, keepNames, legalComments: 'none', format: 'cjs', target: 'node20' };
    const { code } = await transform(compiledAtOnce(await readFile(file, 'utf8')), options);
    await writeFile(file, code);
  }
}

/**
 * V8 compiles a function in parentheses when it reads it, for such a one is called at once. An arrow function, in which
 * webpack wraps each module, it only skims, and reads it again when it is called.
 */
function compiledAtOnce(bundle) {
  return bundle.replace(/^(\/\*{3}(?:\*{3})?\/ \()\(([\w, ]*)\) => \{/gm, '$1function ($2) {');
}

async function scriptsIn(folder) {
  return (await readdir(folder)).filter((name) => name.endsWith('.js')).map((name) => join(folder, name));
}
