import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { workflows } from './workflow-files.ts';

const REPOSITORY = 'rebyte-ai/rebyte-github';
/** What is in a release, as far as the script cares. */
const FILES = ['action.yml', 'dist/action/index.js', 'dist/action/licenses.txt'];

let folder: string;
let checkout: string;
let commit: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rebyte-release-'));
  checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, 'dist/action'), { recursive: true });
  for (const file of FILES) writeFileSync(join(checkout, file), file);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim();
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message', 'v1');
  commit = git('rev-parse', 'HEAD');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The script of the job that moves the major tag, as the workflow has it. */
function script(): string {
  const release = workflows().find(({ file }) => file.endsWith('release.yml'));
  return release?.jobs.find(({ name }) => name === 'move-major')?.steps.at(-1)?.run ?? 'exit 99';
}

interface Published {
  readonly tag: string;
  /** Tags of all published releases, newest first, as GitHub lists them. */
  readonly releases: readonly string[];
  /** Tags such as `v1` that are there already. */
  readonly majors?: readonly string[];
  /** What the release workflow signed. */
  readonly signed?: readonly string[];
}

/** Runs the script with a `gh` that answers from a list; resolves with what it was asked to write. */
async function publish(published: Published): Promise<{ failed: boolean; writes: string[] }> {
  const { tag, releases, majors = ['v1'], signed = FILES } = published;
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(folder, 'gh'), fakeGh({ tag, calls, releases, majors, signed }));
  chmodSync(join(folder, 'gh'), 0o755);
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, GH_REPO: REPOSITORY, TAG: tag };
  const failed = await new Promise<boolean>((resolve) => {
    execFile('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script()], { env, cwd: checkout }, (error) =>
      resolve(error !== null),
    );
  });
  return { failed, writes: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
}

function fakeGh(published: Required<Published> & { readonly calls: string }): string {
  const { tag, calls, releases, majors, signed } = published;
  const workflow = `--repo ${REPOSITORY} --signer-workflow ${REPOSITORY}/.github/workflows/release.yml`;
  const source = `--source-digest ${commit} --source-ref refs/tags/${tag} --deny-self-hosted-runners`;
  return `#!/usr/bin/env bash
case "$*" in
  'release list '*) printf '%s\\n' ${releases.join(' ')} ;;
  *'--method '*) echo "$*" >> '${calls}' ;;
  "attestation verify $3 ${workflow} ${source}") case ' ${signed.join(' ')} ' in *" $3 "*) ;; *) exit 1 ;; esac ;;
  *git/ref/tags/*) case ' ${majors.join(' ')} ' in *" $(basename "$2") "*) ;; *) exit 1 ;; esac ;;
  *) exit 2 ;;
esac
`;
}

describe('publishing a release', () => {
  test('moves the tag of its major version to its commit', async () => {
    const { failed, writes } = await publish({ tag: 'v1.10.0', releases: ['v1.10.0', 'v2.0.0', 'v1.9.3'] });
    expect({ failed, writes }).toEqual({
      failed: false,
      writes: [`api --method PATCH repos/${REPOSITORY}/git/refs/tags/v1 -f sha=${commit} -F force=true --silent`],
    });
  });

  test('creates the tag for the first of a major version', async () => {
    const { failed, writes } = await publish({ tag: 'v2.0.0', releases: ['v2.0.0', 'v1.9.3'] });
    expect({ failed, writes }).toEqual({
      failed: false,
      writes: [`api --method POST repos/${REPOSITORY}/git/refs -f ref=refs/tags/v2 -f sha=${commit} --silent`],
    });
  });

  test('leaves the tag where it is for the fix of an older version', async () => {
    const published = { tag: 'v1.9.4', releases: ['v1.9.4', 'v1.10.0'] };
    expect(await publish(published)).toEqual({ failed: false, writes: [] });
  });

  test('moves nothing when GitHub does not list the release', async () => {
    expect(await publish({ tag: 'v1.10.0', releases: ['v1.9.4'] })).toEqual({ failed: true, writes: [] });
  });

  test.each(FILES)('moves nothing when %s was not signed for this commit and tag', async (file) => {
    const published = { tag: 'v1.10.0', releases: ['v1.10.0'], signed: FILES.filter((each) => each !== file) };
    expect(await publish(published)).toEqual({ failed: true, writes: [] });
  });

  test.each(['v1', '1.2.3', 'v1.2.3-rc.1', 'v1.2.3 --force', '$(id)', 'v1.2.3\n'])(
    'refuses the tag %j',
    async (tag) => {
      expect(await publish({ tag, releases: ['v1.9.4'] })).toEqual({ failed: true, writes: [] });
    },
  );
});

test('only the job that moves the tag runs for a published release, when a person has published it and it is no pre-release', () => {
  const release = workflows().find(({ file }) => file.endsWith('release.yml'));
  const conditions = release?.jobs.map((job) => [job.name, 'if' in job ? job.if : 'after the one it needs']);
  expect(Object.fromEntries(conditions ?? [])).toEqual({
    prove: "github.event_name == 'push'",
    attest: 'after the one it needs',
    draft: 'after the one it needs',
    'move-major':
      "github.event_name == 'release' && !github.event.release.prerelease && github.event.sender.type == 'User'",
  });
});
