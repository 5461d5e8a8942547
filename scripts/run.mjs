// Runs a TypeScript entry: `node scripts/run.mjs emulator/rebyte/main.ts [arguments]`. It is built when it has to be, so
// there is no build to forget. `--build` before the entry sees to that, prints the path of the program and runs nothing.
import module from 'node:module';
import { relative, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { programOf } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const isBuildOnly = argv[2] === '--build';
const entry = resolve(root, argv[isBuildOnly ? 3 : 2]);
const program = await programOf(entry).catch((error) => {
  console.error(error.message);
  exit(1);
});

if (isBuildOnly) {
  console.log(relative('.', program));
} else {
  argv.splice(1, 2, entry);
  // Node 22 keeps what it compiled for the next start, if it may write there; Node 20 cannot.
  module.enableCompileCache?.(`${program}.compiled`);
  await import(pathToFileURL(program).href);
}
