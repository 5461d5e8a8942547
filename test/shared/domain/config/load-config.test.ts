import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CONFIG } from '../../../../shared/domain/config/defaults.ts';
import { loadConfig } from '../../../../shared/domain/config/load-config.ts';
import { createMemoryStore } from '../../../../app/memory/memory-store.ts';

const REPOSITORY = { owner: 'acme', repo: 'site' };

/** GitHub with these files by `owner/repo`, which counts what it sends whole. */
function github(files: Record<string, string>) {
  const sent: string[] = [];
  return {
    files,
    sent,
    readFile: async ({ owner, repo }: { owner: string; repo: string }, path: string, options?: { etag?: string }) => {
      const name = `${owner}/${repo}`;
      const text = path === '.github/rebyte.yml' ? files[name] : undefined;
      if (text === undefined) return undefined;
      const etag = `"${text}"`;
      if (options?.etag === etag) return 'unchanged' as const;
      sent.push(name);
      return { text, etag, url: `https://github.test/${name}/blob/HEAD/${path}` };
    },
  };
}

function load(files: Record<string, string>) {
  return loadConfig({ forge: github(files), notes: createMemoryStore(), repository: REPOSITORY });
}

async function problems(files: Record<string, string>) {
  const loaded = await load(files);
  if (loaded.kind !== 'broken') throw new Error('The config is valid.');
  return loaded;
}

describe('a repository', () => {
  test('without a file has the defaults', async () => {
    expect(await load({})).toEqual({ kind: 'valid', config: DEFAULT_CONFIG });
  });

  test.each(['', '# nothing yet\n', '{}'])('with a file that says nothing (%j) has the defaults', async (text) => {
    expect(await load({ 'acme/site': text })).toEqual({ kind: 'valid', config: DEFAULT_CONFIG });
  });

  test('with a broken file has no config, and the answer says where to mend it', async () => {
    expect(await load({ 'acme/site': 'check: true\npermision: write\n' })).toEqual({
      kind: 'broken',
      path: '.github/rebyte.yml',
      url: 'https://github.test/acme/site/blob/HEAD/.github/rebyte.yml',
      problems: [{ line: 2, message: 'There is no key `permision`. Did you mean `permission`?' }],
    });
  });
});

describe('reading', () => {
  test('asks each time, and takes what it has while GitHub says that nothing changed', async () => {
    const forge = github({ 'acme/site': 'check: false' });
    const parts = { forge, notes: createMemoryStore(), repository: REPOSITORY };
    expect(await loadConfig(parts)).toMatchObject({ config: { check: false } });
    expect(await loadConfig(parts)).toMatchObject({ config: { check: false } });
    expect(forge.sent).toHaveLength(1);
    forge.files['acme/site'] = 'check: true';
    expect(await loadConfig(parts)).toMatchObject({ config: { check: true } });
    delete forge.files['acme/site'];
    expect(await loadConfig(parts)).toEqual({ kind: 'valid', config: DEFAULT_CONFIG });
    forge.files['acme/site'] = 'check: true';
    await loadConfig(parts);
    expect(forge.sent).toHaveLength(3);
  });

  test('does not trip over a note that something else wrote', async () => {
    const notes = createMemoryStore();
    await notes.write('file:acme/site/.github/rebyte.yml', '{"etag":1');
    const loaded = await loadConfig({ forge: github({ 'acme/site': 'check: false' }), notes, repository: REPOSITORY });
    expect(loaded).toMatchObject({ config: { check: false } });
  });
});

describe('_extends', () => {
  test('takes from the other file what this one leaves out, key by key', async () => {
    const loaded = await load({
      'acme/site': 'defaults: { model: own }\n_extends: .github\nallowed-bots: [b]\npermissions: { fix: admin }',
      'acme/.github':
        'permission: maintain\ndefaults: { model: base, executor: codex }\nallowed-bots: [a]\npermissions: { ask: read }',
    });
    expect(loaded).toEqual({
      kind: 'valid',
      config: {
        ...DEFAULT_CONFIG,
        permission: 'maintain',
        defaults: { model: 'own', executor: 'codex', skills: [] },
        allowedBots: ['b'],
        permissions: { ask: 'read', fix: 'admin' },
      },
    });
  });

  test('goes on through several files, and a command of one may be used by another', async () => {
    const loaded = await load({
      'acme/site': '_extends: acme/b\nlabels: { tidy: { command: tidy } }',
      'acme/b': '_extends: c\ncheck: false',
      'acme/c': 'commands: { tidy: { description: Tidy up, prompt: Tidy up. } }\ncheck: true',
    });
    expect(loaded).toMatchObject({ kind: 'valid', config: { check: false, labels: [{ command: 'tidy' }] } });
  });

  test('names the file that is broken', async () => {
    const loaded = await problems({ 'acme/site': '_extends: b', 'acme/b': 'check: maybe' });
    expect(loaded).toMatchObject({
      path: 'acme/b/.github/rebyte.yml',
      problems: [{ line: 1, message: '`check` has to be `true` or `false`.' }],
    });
    expect(loaded.url).toContain('acme/b');
  });

  test.each([
    ['no such file', { 'acme/site': '\n_extends: b' }, 'has no `.github/rebyte.yml`'],
    ['another owner', { 'acme/site': '\n_extends: evil/b', 'evil/b': '' }, 'belongs to another owner'],
    ['itself', { 'acme/site': '\n_extends: SITE' }, '`acme/site` → `acme/SITE`'],
    ['no name', { 'acme/site': '\n_extends: a/b/c' }, 'Write `repository` or `owner/repository`'],
  ])('refuses %s with line and remedy', async (_what, files, message) => {
    const loaded = await problems(files);
    expect(loaded.problems).toEqual([{ line: 2, message: expect.stringContaining(message) }]);
  });

  test('refuses a circle and names it', async () => {
    const loaded = await problems({ 'acme/site': '_extends: b', 'acme/b': '_extends: c', 'acme/c': '_extends: b' });
    expect(loaded.path).toBe('acme/c/.github/rebyte.yml');
    expect(loaded.problems[0]?.message).toContain('`acme/site` → `acme/b` → `acme/c` → `acme/b`');
  });

  test('refuses a chain of more than five files', async () => {
    const names = ['site', 'b', 'c', 'd', 'e', 'f'];
    const files = names.map((name, index) => [`acme/${name}`, names[index + 1] ? `_extends: ${names[index + 1]}` : '']);
    expect((await problems(Object.fromEntries(files))).problems[0]?.message).toContain('Shorten the chain');
  });
});
