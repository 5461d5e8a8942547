import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CheckedApi, startCheckedApi } from './checked-api.ts';
import { createOrigin, type Origin } from './git-origin.ts';

let api: CheckedApi;
let origin: Origin;
let laptop: string;
let pushed: string;
let onlyOnTopic: string;

beforeAll(async () => {
  origin = await createOrigin();
  pushed = await origin.commit(
    {
      'README.md': '# Thing\n\n## Usage\n',
      'src/big.ts': `${'line\n'.repeat(40)}// TODO: shrink\n`,
      'src/=cmd.py': '# FIXME later\n',
      'broken.json': '{"a":',
      'broken.yml': 'a: [1\n',
      'fine.yml': 'a: 1\n---\nb: 2\n',
      'tsconfig.json': '{ /* a comment is fine here */ }',
      'image.bin': 'a\0b',
    },
    'first',
  );
  origin.git(['checkout', '--quiet', '-b', 'topic']);
  onlyOnTopic = await origin.commit({ 'topic.ts': 'topic\n' }, 'topic');
  origin.git(['checkout', '--quiet', 'main']);
  laptop = await mkdtemp(join(tmpdir(), 'laptop-'));
  origin.git(['clone', '--quiet', '--branch=topic', `${origin.baseUrl}/owner/repo`, laptop], laptop);
  // As a pull request's head: in origin, and on no branch that a clone brings.
  origin.git(['update-ref', 'refs/pull/7/head', onlyOnTopic]);
  origin.git(['branch', '--quiet', '-D', 'topic']);
  api = await startCheckedApi({ gitBaseUrl: origin.baseUrl });
});

afterAll(async () => {
  await api.rebyte.close();
  await origin.remove();
  await rm(laptop, { recursive: true, force: true });
});

async function run(
  prompt: string,
  more: object = {},
): Promise<{ status: string; result: string; workspaceId: string }> {
  const { id, workspaceId } = await api.task(prompt, { githubUrl: 'owner/repo', ...more });
  const { status, finalResult } = await api.done(id);
  return { status, result: finalResult, workspaceId };
}

async function upload(path: string): Promise<{ id: string; filename: string }> {
  const filename = 'changes.bundle';
  const { id, uploadUrl } = (await api.call('POST', '/files', { filename })).body;
  const headers = { 'Content-Type': 'application/octet-stream' };
  await fetch(uploadUrl, { method: 'PUT', body: await readFile(path), headers });
  return { id, filename };
}

describe('the survey', () => {
  test('says that no model read the code, and what it counted', async () => {
    const { status, result, workspaceId } = await run('Have a look.');
    expect(status).toBe('succeeded');
    expect(result).toContain('no model has read this code');
    expect(result).toContain(pushed);
    expect(result).toContain('TypeScript: 41');
    expect(result).toContain('`src/big.ts:41` TODO: shrink');
    expect(result).toContain('`src/=cmd.py:1` FIXME later');
    expect(result).toContain('Missing sections: Installation, Contributing, License');
    expect(result).toMatch(/`broken\.json`: .*JSON/);
    expect(result).toContain('`broken.yml`: ');
    expect(result).not.toMatch(/fine\.yml`:|tsconfig\.json`:|image\.bin`:/);
    const csv = (await api.call('GET', `/workspaces/${workspaceId}/artifacts/survey.csv`)).body;
    expect(csv.split('\n')[0]).toBe('path,language,lines,bytes');
    expect(csv).toContain('src/big.ts,TypeScript,41,');
  });

  test('works where there is no repository', async () => {
    const { id } = await api.task('Have a look.');
    expect((await api.done(id)).finalResult).toContain('0 files');
  });
});

describe('changes in a bundle', () => {
  test('are checked out, with the commits they build on fetched from origin', async () => {
    const head = await origin.commit({ 'new.ts': 'new\n', 'topic.ts': 'changed\n' }, 'local work', laptop);
    const bundle = join(laptop, '.git', 'one.bundle');
    origin.git(['bundle', 'create', '--quiet', bundle, 'HEAD', `^${onlyOnTopic}`], laptop);
    const { status, result, workspaceId } = await run('Apply changes.bundle', { files: [await upload(bundle)] });
    expect(status).toBe('succeeded');
    expect(result).toContain(`HEAD is \`${head} local work\``);
    expect(result).toContain('`A new.ts`');
    const clone = join(api.rebyte.directory, 'workspaces', workspaceId, 'code', 'repo');
    expect(await readFile(join(clone, 'topic.ts'), 'utf8')).toBe('changed\n');
  });

  test('are left uncommitted when the prompt says to reset', async () => {
    const head = await origin.commit({ 'dirty.ts': 'dirty\n' }, 'snapshot', laptop);
    const bundle = join(laptop, '.git', 'two.bundle');
    origin.git(['update-ref', 'refs/x/changes', head], laptop);
    origin.git(['bundle', 'create', '--quiet', bundle, 'refs/x/changes', `^${onlyOnTopic}`], laptop);
    const prompt = `git checkout --detach ${head} &&\ngit reset --quiet ${onlyOnTopic}`;
    const { result, workspaceId } = await run(prompt, { files: [await upload(bundle)] });
    expect(result).toContain(`HEAD is \`${onlyOnTopic} topic\``);
    expect(result).toContain('`A dirty.ts`');
    // Nine of the topic, and what is new and not committed: new.ts and dirty.ts.
    expect(result).toContain('11 files');
    const clone = join(api.rebyte.directory, 'workspaces', workspaceId, 'code', 'repo');
    expect(origin.git(['status', '--porcelain'], clone)).toContain('?? dirty.ts');
  });

  test('make a repository where there was none', async () => {
    const bundle = join(laptop, '.git', 'whole.bundle');
    origin.git(['bundle', 'create', '--quiet', bundle, 'HEAD'], laptop);
    const { id } = await api.task('Look', { files: [await upload(bundle)] });
    expect((await api.done(id)).finalResult).toContain('src/big.ts');
  });

  test('that are no bundle fail the task and say so', async () => {
    const { status, result } = await run('Look', { files: [await upload(join(laptop, 'README.md'))] });
    expect(status).toBe('failed');
    expect(result).toContain('git bundle');
  });
});

test('a commit named in the prompt is fetched and checked out', async () => {
  const { result } = await run(`First: git checkout --detach ${onlyOnTopic}`);
  expect(result).toContain(`HEAD is \`${onlyOnTopic} topic\``);
});

describe('directives', () => {
  test('cannot write outside the workspace', async () => {
    const { status, result } = await run('demo: write ../../../escaped.txt x');
    expect([status, result]).toEqual(['failed', 'demo: ../../../escaped.txt is outside the workspace']);
  });

  test('that do not exist fail the task', async () => {
    expect((await run('demo: dance')).result).toContain('dance is no directive');
  });

  test('tell the environment, in which there is no secret', async () => {
    process.env['REBYTE_API_KEY'] = 'rbk_secret';
    process.env['SOME_TOKEN'] = 'secret';
    const { id } = await api.task('demo: env\ndemo: sleep 1ms');
    const { prompts } = (await (await api.done(id), api.call('GET', `/tasks/${id}/content?include=events`))).body;
    delete process.env['REBYTE_API_KEY'];
    delete process.env['SOME_TOKEN'];
    const names = prompts[0].events[1].payload.content.split('\n');
    expect(names).toEqual(
      expect.arrayContaining(['PATH', 'REBYTE_ARTIFACTS_DIR', 'REBYTE_CODE_DIR', 'REBYTE_PROMPT_ID']),
    );
    expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/API_KEY|SOME_TOKEN/)]));
  });
});
