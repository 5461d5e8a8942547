// Programs out of TypeScript, which Node 20 does not run: our sources and the packages that they need in few files, for
// Node reads a thousand small ones one by one. A folder keeps its program until something that went into it changes.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pid } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = createRequire(import.meta.url)('../package.json');

/** What `npm start` and `npm run ops` run: together, where whoever deploys finds it. */
const APP = { folder: join(root, 'dist/app'), entries: { index: 'app/index.ts', ops: 'app/ops/index.ts' } };

/** Loads a binary that lies beside it. */
const NATIVE = ['libsql'];
/** These import JSON without saying so, which Node refuses and a bundler does not mind. */
const WITH_JSON = ['@actions/workflow-parser', '@actions/expressions'];
/** What is for development is made to be found in its own folder: templates, binaries, workers. */
const EXTERNAL = [...NATIVE, ...Object.keys(devDependencies).filter((name) => !WITH_JSON.includes(name))];

/** Besides what esbuild reads, these decide what comes out. */
const RECIPE = ['scripts/bundle.mjs', 'package.json', 'tsconfig.json'];

/** Names what it built last, and all that went into it. Renamed into place, so there is always one whole program. */
const MANIFEST = 'manifest.json';
/** The file system's clock may lag behind ours. */
const CLOCK_LAG_MS = 100;

/**
 * The path of the program of `entry`, a TypeScript file: what is there, if nothing that went into it has changed, else
 * built now. Several processes can ask at once, and what runs already keeps its files until the second build after it.
 *
 * @throws with the remedy, when it has to be built and cannot be
 */
export async function programOf(entry) {
  const path = relative(root, resolve(root, entry)).replaceAll('\\', '/');
  const { folder, entries } = Object.values(APP.entries).includes(path) ? APP : alone(path);
  const found = manifestIn(folder);
  const manifest = isFresh(found, folder) ? found : await build(folder, entries, found);
  return join(folder, manifest.programs[path]);
}

function alone(path) {
  return { folder: join(root, 'build/run', path.replaceAll('/', '-').replace(/\.ts$/, '')), entries: { index: path } };
}

function manifestIn(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  } catch {
    // Missing, or half of one: then there is no program.
    return undefined;
  }
}

function isFresh(manifest, folder) {
  if (manifest === undefined) return false;
  return (
    Object.entries(manifest.inputs).every(([path, note]) => isUnchanged(`${root}${path}`, note)) &&
    manifest.files.every((name) => existsSync(join(folder, name)))
  );
}

/** By size and time, which is quick; where times differ by content, for copying a checkout gives its files new ones. */
function isUnchanged(path, { size, mtimeMs, hash }) {
  const now = statSync(path, { throwIfNoEntry: false });
  if (now === undefined || now.size !== size) return false;
  return now.mtimeMs === mtimeMs || hashOf(readFileSync(path)) === hash;
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('base64url');
}

async function build(folder, entries, last) {
  const startedAt = Date.now() - CLOCK_LAG_MS;
  try {
    const { outputFiles, metafile } = await bundled(folder, entries);
    for (const { path, contents } of outputFiles) await put(path, contents);
    const files = outputFiles.map(({ path }) => relative(folder, path));
    const before = last?.files ?? [];
    const inputs = await notesOn([...Object.keys(metafile.inputs), ...RECIPE], startedAt);
    const manifest = { programs: programsIn(metafile), files, before, inputs };
    await put(join(folder, MANIFEST), JSON.stringify(manifest));
    const kept = new Set([...files, ...before]);
    const left = (last?.before ?? []).filter((name) => !kept.has(name));
    // With what run.mjs had compiled of it.
    for (const name of left.flatMap((each) => [each, `${each}.compiled`]))
      await rm(join(folder, name), { force: true, recursive: true });
    return manifest;
  } catch (error) {
    const remedy = 'Where files can be written, and with the packages for development: npm ci && npm run build';
    const what = `${relative(root, folder)} is missing, or its sources have changed since, and it cannot be built`;
    // What esbuild says of a source names its line.
    throw error.errors === undefined ? new Error(`${what}: ${error.message}\n${remedy}`, { cause: error }) : error;
  }
}

async function bundled(folder, entries) {
  // Not before it is needed: what is deployed can do without.
  const { build: bundle, transform } = await import('esbuild');
  return await bundle({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    // A name of its own for each content: what is being read is never overwritten.
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    bundle: true,
    // PostgreSQL's packages are read by those who use it.
    splitting: true,
    external: EXTERNAL,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    plugins: [keepSourceUrls(transform)],
    // CommonJS inside an ES module bundle still asks for `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
}

/** A file of ours finds its neighbours by `import.meta.url`: it goes on meaning the source, not the program. */
function keepSourceUrls(transform) {
  return {
    name: 'keep-source-urls',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes('import.meta.url')) return { loader: 'ts', contents: text };
        const define = { 'import.meta.url': JSON.stringify(pathToFileURL(path).href) };
        const { code } = await transform(text, { loader: 'ts', define, sourcemap: 'inline', sourcefile: path });
        return { loader: 'js', contents: code };
      });
    },
  };
}

/** The file of each entry, by the entry's path. */
function programsIn({ outputs }) {
  const made = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint !== undefined);
  return Object.fromEntries(made.map(([path, { entryPoint }]) => [entryPoint, basename(path)]));
}

/** What a file was like that went in. What was written meanwhile may have gone in as it was before: that fits nothing. */
async function notesOn(paths, startedAt) {
  const note = async (path) => {
    const { size, mtimeMs } = await stat(join(root, path));
    const hash = mtimeMs < startedAt ? hashOf(await readFile(join(root, path))) : '';
    return [path, hash === '' ? { size: -1 } : { size, mtimeMs, hash }];
  };
  return Object.fromEntries(await Promise.all(paths.map(note)));
}

async function put(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${pid}`, contents);
  await rename(`${path}.${pid}`, path);
}
