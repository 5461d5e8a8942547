import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { collectChanges } from '../../../action/checkout/collect-changes.ts';
import { type Git, runGit } from '../../../action/checkout/git.ts';
import { eventOf } from './event-of.ts';
import { GitWorld, SECRET } from './git-world.ts';
import { bundle, detect, editEverything, everyObjectOf, handOver, makeSite, type Site } from './hand-over.ts';

let site: Site;
let world: GitWorld;
let author: string;
let tip: string;

beforeAll(() => {
  site = makeSite();
  ({ tip } = site);
});

afterAll(() => site.template.remove());

beforeEach(() => {
  world = new GitWorld(site.template);
  author = join(world.directory, 'authors/acme/site');
});

afterEach(() => world.remove());

describe('left behind with a note', () => {
  test('are files that may hold secrets, unless somebody staged them', async () => {
    const workspace = world.branchCheckout('acme/site', 'main');
    const secrets = ['.env', '.env.local', 'dir/.env', 'gha-creds-0123.json', 'deploy.pem'];
    writeFileSync(join(workspace, '.env.example'), 'KEY=');
    for (const name of secrets) writeFileSync(join(workspace, name), 'hush');
    writeFileSync(Buffer.from(`${workspace}/.env-\xe9`, 'latin1'), 'hush');
    appendFileSync(join(workspace, '.npmrc'), '_authToken=hush\n');
    writeFileSync(join(workspace, '.env.staged'), 'meant');
    world.git(workspace, 'add', '.env.staged');
    writeFileSync(join(workspace, 'new.txt'), 'new');
    const { changes, agent } = await handOver(world, workspace, eventOf(tip));
    const { skipped, dirtyFiles } = bundle(changes);
    expect(dirtyFiles).toBe(3);
    expect(skipped.map((line) => line.split('`')[1])).toEqual([
      '.npmrc',
      '.env',
      '.env-\uFFFD',
      '.env.local',
      'deploy.pem',
      'dir/.env',
      'gha-creds-0123.json',
    ]);
    expect(agent.text).toContain('- `gha-creds-0123.json` may hold secrets');
    expect(readFileSync(join(agent.clone, '.npmrc'), 'utf8')).toBe('audit=false\n');
    expect(everyObjectOf(agent.clone)).not.toContain('hush');
    expect(readFileSync(join(agent.clone, '.env.staged'), 'utf8')).toBe('meant');
  });

  test('and nothing else means no bundle', async () => {
    const workspace = world.branchCheckout('acme/site', 'main');
    writeFileSync(join(workspace, '.env'), 'hush');
    const { changes, agent, directory } = await handOver(world, workspace, eventOf(tip));
    expect(changes).toEqual({ kind: 'none', skipped: [expect.stringContaining('`.env`')] });
    expect(agent.text).toContain('`.env` may hold secrets');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('are nested repositories and what changed inside submodules', async () => {
    const library = world.repository('acme/library');
    writeFileSync(join(library, 'lib.txt'), 'lib');
    world.commit(library, 'lib');
    world.git(library, 'push', '-q', 'origin', 'HEAD:main');
    for (const name of ['moved', 'edited'])
      world.git(author, 'submodule', 'add', '-q', 'https://github.com/acme/library', name);
    const sha = world.commit(author, 'submodules');
    world.git(author, 'push', '-q', 'origin', 'HEAD:main');
    const workspace = world.branchCheckout('acme/site', 'main');
    world.git(workspace, 'submodule', 'update', '-q', '--init');
    writeFileSync(join(workspace, 'edited/lib.txt'), 'edited');
    const moved = world.commit(join(workspace, 'moved'), 'moved');
    world.branchCheckout('acme/library', 'main', join(workspace, 'nested'));

    const { changes, agent } = await handOver(world, workspace, eventOf(sha));
    expect(bundle(changes).skipped).toEqual([
      expect.stringMatching(/^`edited` is a submodule: the changes inside it are left out/),
      expect.stringMatching(/^`moved` is a submodule at another commit/),
      expect.stringMatching(/^`nested\/` is a git repository of its own/),
    ]);
    expect(world.git(agent.clone, 'ls-tree', 'refs/rebyte/changes', 'moved')).toContain(moved);
    expect(world.git(agent.clone, 'ls-tree', 'refs/rebyte/changes', 'nested')).toBe('');
  });
});

test('no credential of actions/checkout is in the bundle', async () => {
  const workspace = world.branchCheckout('acme/site', 'main');
  editEverything(workspace);
  const { changes, agent } = await handOver(world, workspace, eventOf(tip));
  expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toContain(SECRET);
  expect(readFileSync(bundle(changes).path, 'latin1')).not.toContain(SECRET);
  const objects = everyObjectOf(agent.clone);
  expect(objects).toContain('Uncommitted changes of the workspace');
  expect(objects).not.toContain(SECRET);
});

test('hooks, signing and identities of the user play no part', async () => {
  const workspace = world.branchCheckout('acme/site', 'main');
  const ran = join(world.directory, 'hook-ran');
  for (const hook of ['pre-commit', 'post-commit', 'post-index-change', 'reference-transaction']) {
    mkdirSync(join(workspace, '.git/hooks'), { recursive: true });
    writeFileSync(join(workspace, '.git/hooks', hook), `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
  }
  world.git(workspace, 'config', 'commit.gpgSign', 'true');
  world.git(workspace, 'config', 'user.name', 'Somebody');
  appendFileSync(join(workspace, 'a.txt'), 'edited');
  const { agent } = await handOver(world, workspace, eventOf(tip));
  expect(world.git(agent.clone, 'log', '-1', '--format=%an <%ae> %cn', 'refs/rebyte/changes')).toBe(
    'Rebyte for GitHub <noreply@rebyte.ai> Rebyte for GitHub',
  );
  expect(readdirSync(world.directory)).not.toContain('hook-ran');
});

test('a bundle over the limit is refused with its size and removed', async () => {
  const workspace = world.branchCheckout('acme/site', 'main');
  writeFileSync(join(workspace, 'large.bin'), randomBytes(100_000));
  const { changes, directory } = await handOver(world, workspace, eventOf(tip), { maxBytes: 50_000 });
  expect(changes).toEqual({ kind: 'too_large', size: expect.any(Number), limit: 50_000 });
  expect(changes.kind === 'too_large' && changes.size).toBeGreaterThan(100_000);
  expect(readdirSync(directory)).toEqual([]);
});

test('files that can never fit are refused before they are packed', async () => {
  const workspace = world.branchCheckout('acme/site', 'main');
  // A sparse file: nothing on disk, and git would have to compress all of it.
  writeFileSync(join(workspace, 'dataset.bin'), '');
  truncateSync(join(workspace, 'dataset.bin'), 2 ** 40);
  const { changes, directory } = await handOver(world, workspace, eventOf(tip));
  expect(changes).toEqual({ kind: 'too_large', size: 2 ** 40, limit: 50 * 2 ** 20 });
  expect(readdirSync(directory)).toEqual([]);
});

test('what cannot be packed is an error that names git’s reason, and leaves nothing lying', async () => {
  const workspace = world.branchCheckout('acme/site', 'main');
  appendFileSync(join(workspace, 'a.txt'), 'edited');
  const checkout = await detect(workspace, eventOf(tip));
  const directory = join(world.directory, 'temp');
  mkdirSync(directory);
  const git: Git = (args, options) => runGit(args.includes('add') ? [...args, '--no-such-flag'] : args, options);
  await expect(collectChanges({ checkout, directory, git })).rejects.toThrow(/^git add failed: error: unknown option/);
  expect(readdirSync(directory)).toEqual([]);
});
