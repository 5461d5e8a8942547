// Runs a TypeScript entry: `node scripts/run.mjs emulator/rebyte/main.ts [arguments]`. Node 20 runs no TypeScript, and
// bundling what an entry imports takes esbuild 20 ms, so there is no build to forget.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { argv, pid } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { dependencies, devDependencies } = createRequire(import.meta.url)('../package.json');

/** These import JSON without saying so, which Node refuses and a bundler does not mind. */
const WITH_JSON = ['@actions/workflow-parser', '@actions/expressions'];
/** Hundreds of small files, which Node reads one by one: from the bundle the store opens with a third less processor time. */
const SCATTERED = ['kysely'];
const BUNDLED = new Set([...WITH_JSON, ...SCATTERED]);

/** A file finds its neighbours by `import.meta.url`: it goes on meaning the source, not the bundle. */
const keepSourceUrls = {
  name: 'keep-source-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: text.includes('import.meta.url') ? `var __sourceUrl = ${url};${text}` : text };
    });
  },
};

const entry = resolve(root, argv[2]);
const { outputFiles } = await build({
  entryPoints: [entry],
  write: false,
  bundle: true,
  external: Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !BUNDLED.has(name)),
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  sourcesContent: false,
  define: { 'import.meta.url': '__sourceUrl' },
  plugins: [keepSourceUrls],
  // CommonJS inside an ES module bundle still asks for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// Inside the checkout, where packages are found; renamed into place, for another may be starting the same.
const folder = join(root, 'build/run');
const bundle = join(folder, `${relative(root, entry).replaceAll(/[/\\]/g, '-').replace(/\.ts$/, '')}.mjs`);
await mkdir(folder, { recursive: true });
await writeFile(`${bundle}.${pid}`, outputFiles[0].contents);
await rename(`${bundle}.${pid}`, bundle);

argv.splice(1, 2, entry);
await import(pathToFileURL(bundle).href);
