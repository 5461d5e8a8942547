import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { workflows } from './workflow-files.ts';

const REPOSITORY = 'rebyte-ai/rebyte-github';
const COMMIT = '1f1e1d1c1b1a191817161514131211100f0e0d0c';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rebyte-release-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The script of the job that moves the major tag, as the workflow has it. */
function script(): string {
  const release = workflows().find(({ file }) => file.endsWith('release.yml'));
  return release?.jobs.find(({ name }) => name === 'move-major')?.steps[0]?.run ?? 'exit 99';
}

interface Published {
  readonly tag: string;
  /** Tags of all published releases, newest first, as GitHub lists them. */
  readonly releases: readonly string[];
  /** Tags such as `v1` that are there already. */
  readonly majors?: readonly string[];
}

/** Runs the script with a `gh` that answers from a list; resolves with what it was asked to write. */
async function publish({ tag, releases, majors = ['v1'] }: Published): Promise<{ failed: boolean; writes: string[] }> {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(folder, 'gh'), fakeGh({ calls, releases, majors }));
  chmodSync(join(folder, 'gh'), 0o755);
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, GH_REPO: REPOSITORY, TAG: tag };
  const failed = await new Promise<boolean>((resolve) => {
    execFile('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script()], { env }, (error) =>
      resolve(error !== null),
    );
  });
  return { failed, writes: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
}

function fakeGh({
  calls,
  releases,
  majors,
}: {
  calls: string;
  releases: readonly string[];
  majors: readonly string[];
}) {
  return `#!/usr/bin/env bash
case "$*" in
  'release list '*) printf '%s\\n' ${releases.join(' ')} ;;
  *'--method '*) echo "$*" >> '${calls}' ;;
  *commits/tags/*) echo ${COMMIT} ;;
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
      writes: [`api --method PATCH repos/${REPOSITORY}/git/refs/tags/v1 -f sha=${COMMIT} -F force=true --silent`],
    });
  });

  test('creates the tag for the first of a major version', async () => {
    const { failed, writes } = await publish({ tag: 'v2.0.0', releases: ['v2.0.0', 'v1.9.3'] });
    expect({ failed, writes }).toEqual({
      failed: false,
      writes: [`api --method POST repos/${REPOSITORY}/git/refs -f ref=refs/tags/v2 -f sha=${COMMIT} --silent`],
    });
  });

  test('leaves the tag where it is for the fix of an older version', async () => {
    const published = { tag: 'v1.9.4', releases: ['v1.9.4', 'v1.10.0'] };
    expect(await publish(published)).toEqual({ failed: false, writes: [] });
  });

  test.each(['v1', '1.2.3', 'v1.2.3-rc.1', 'v1.2.3 --force', '$(id)', 'v1.2.3\n'])(
    'refuses the tag %j',
    async (tag) => {
      expect(await publish({ tag, releases: ['v1.9.4'] })).toEqual({ failed: true, writes: [] });
    },
  );
});

test('only the job that moves the tag runs for a published release, and only when a person has published it', () => {
  const release = workflows().find(({ file }) => file.endsWith('release.yml'));
  const conditions = release?.jobs.map((job) => [job.name, 'if' in job ? job.if : 'after the one it needs']);
  expect(Object.fromEntries(conditions ?? [])).toEqual({
    prove: "github.event_name == 'push'",
    attest: 'after the one it needs',
    draft: 'after the one it needs',
    'move-major': expect.stringContaining("github.event.sender.type == 'User'"),
  });
});
