// Opens a connection ahead of a request that it never makes, and writes what then holds the process up:
// `preconnect-only.ts <base URL>`. A process of its own, because a test's has connections of its own.
import process, { argv } from 'node:process';
import { RebyteClient } from '../../../shared/rebyte/index.ts';

new RebyteClient({ apiKey: 'rbk_test', baseUrl: argv[2] }).preconnect();
// On this machine a connection stands after one turn of the loop.
for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
process.stdout.write(
  process
    .getActiveResourcesInfo()
    .filter((name) => name.startsWith('TCP'))
    .join(),
);
