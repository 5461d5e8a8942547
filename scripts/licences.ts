/** Licences that ask for no more than that they are named, which `licenses.txt` of the bundle does. SPDX identifiers. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** The part of package-lock.json that is looked at: by path of the installed package, '' for ourselves. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/**
 * What is wrong with the licences of what we ship or run, one sentence each.
 *
 * @param lock packages for development only are left out: nobody gets them from us
 * @param bundled text of the bundle's `licenses.txt`, as ncc writes it
 */
export function licenceFaults(lock: Lockfile, bundled: string): string[] {
  const run = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
  );
  const names = new Set([...run.map(([path]) => nameOf(path)), 'rebyte-github']);
  const inBundle = bundledPackages(bundled);
  return [
    ...run
      .filter(([, { license }]) => !isAllowed(license))
      .map(([path, { license }]) => `${path} has the licence ${license ?? '(none)'}.`),
    ...(inBundle.length === 0 ? ['The bundle names no package and no licence.'] : []),
    ...inBundle
      .filter(({ name, licence }) => !isAllowed(licence) || !names.has(name))
      .map(({ name, licence }) =>
        names.has(name)
          ? `The bundle holds ${name}, which has the licence ${licence || '(none)'}.`
          : `The bundle holds ${name}, which is no production dependency in package-lock.json.`,
      ),
  ];
}

/** "MIT", "(MIT OR GPL-3.0)", "MIT AND ISC"; whatever is not understood is not allowed. */
function isAllowed(licence = ''): boolean {
  const plain = licence.replace(/^\(([^()]*)\)$/, '$1');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((each) => ALLOWED.has(each)));
}

function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, '');
}

/** ncc writes each package's name, its licence on the next line and its text, with an empty line before the next one. */
function bundledPackages(text: string): { name: string; licence: string }[] {
  const entry = /(?:^|\n\n)((?:@[\w.-]+\/)?[\w.-]+)\n([^\n]*)(?=\n|$)/g;
  return [...text.replaceAll('\r\n', '\n').matchAll(entry)].map(([, name = '', licence = '']) => ({ name, licence }));
}
