import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { licenceFaults, type Lockfile } from '../../scripts/licences.ts';

const BUNDLED =
  '@acme/one\nMIT\nMIT License\n\nCopyright (c) One\n\ntwo\n(MIT OR GPL-3.0)\nMIT License\n\nOne of both.\n';
const LOCK: Lockfile = {
  packages: {
    '': { license: 'UNLICENSED' },
    'node_modules/@acme/one': { license: 'MIT' },
    'node_modules/@acme/one/node_modules/two': { license: '(MIT OR GPL-3.0)' },
    'node_modules/tool': { license: 'GPL-3.0-only', dev: true },
  },
};

/** The lockfile with one more package. */
function withPackage(license: string | undefined): Lockfile {
  const entry = license === undefined ? {} : { license };
  return { packages: { ...LOCK.packages, 'node_modules/@acme/new': entry } };
}

test('what we ship and run today is allowed', () => {
  const lock: Lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  expect(licenceFaults(lock, readFileSync('dist/action/licenses.txt', 'utf8'))).toEqual([]);
});

test('a choice with an allowed licence is allowed, and what is for development only is nobody else’s', () => {
  expect(licenceFaults(LOCK, BUNDLED)).toEqual([]);
});

test.each(['MIT', 'ISC', 'Apache-2.0', 'MIT AND ISC', '(GPL-2.0 OR BSD-3-Clause)'])('%s is allowed', (license) => {
  expect(licenceFaults(withPackage(license), BUNDLED)).toEqual([]);
});

test.each(['GPL-3.0-only', 'AGPL-3.0', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE', 'UNLICENSED', '', 'mit'])(
  'a production dependency under %j is named',
  (license) => {
    const fault = `node_modules/@acme/new has the licence ${license}.`;
    expect(licenceFaults(withPackage(license), BUNDLED)).toEqual([fault]);
  },
);

test('so is one that names no licence', () => {
  const fault = 'node_modules/@acme/new has the licence (none).';
  expect(licenceFaults(withPackage(undefined), BUNDLED)).toEqual([fault]);
});

test('the bundle may hold nothing else, whatever the lockfile says of it', () => {
  const bundled = `${BUNDLED}\n@acme/one\nGPL-3.0\nText\n\nstranger\nMIT\nText\n\ntool\nGPL-3.0-only\nText\n`;
  expect(licenceFaults(LOCK, bundled)).toEqual([
    'The bundle holds @acme/one, which has the licence GPL-3.0.',
    'The bundle holds stranger, which is no production dependency in package-lock.json.',
    'The bundle holds tool, which is no production dependency in package-lock.json.',
  ]);
});

test('a bundle that names nothing is not taken for one that holds nothing', () => {
  expect(licenceFaults(LOCK, '')).toEqual(['The bundle names no package and no licence.']);
});
