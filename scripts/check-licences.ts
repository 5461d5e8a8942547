// `npm run check -- licences`: everything that we ship or run has a licence from the list in licences.ts.
import { readFileSync } from 'node:fs';
import { licenceFaults, type Lockfile } from './licences.ts';

const lock: Lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const faults = licenceFaults(lock, readFileSync('dist/action/licenses.txt', 'utf8'));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
