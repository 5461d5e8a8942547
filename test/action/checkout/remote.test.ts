import { describe, expect, test } from '@jest/globals';
import { chooseRemote, parseConfiguredRemotes, parseRemotes, parseRemoteUrl } from '../../../action/checkout/remote.ts';

describe('a remote URL', () => {
  const site = (host: string) => ({ host, owner: 'acme', repo: 'site' });

  test.each([
    ['https://github.com/acme/site', 'github.com'],
    ['https://github.com/acme/site.git', 'github.com'],
    ['https://github.com/acme/site/', 'github.com'],
    ['https://GitHub.com/acme/site.git/', 'github.com'],
    ['https://x-access-token:ghs_secret@github.com/acme/site', 'github.com'],
    ['git@github.com:acme/site.git', 'github.com'],
    ['git@GitHub.com:acme/site.git', 'github.com'],
    ['github.com:acme/site', 'github.com'],
    ['ssh://git@github.com/acme/site.git', 'github.com'],
    ['ssh://git@ssh.github.com:443/acme/site.git', 'github.com'],
    ['git://github.com/acme/site.git', 'github.com'],
    ['https://ghe.example.com:8443/acme/site.git', 'ghe.example.com'],
    ['ssh://git@ghe.example.com:2222/acme/site', 'ghe.example.com'],
    ['file:///srv/git/acme/site.git', ''],
    ['/srv/git/acme/site.git', ''],
    ['C:\\git\\acme\\site.git', ''],
  ])('%s names acme/site', (url, host) => {
    expect(parseRemoteUrl(url)).toEqual(site(host));
  });

  test.each([
    'https://gitlab.com/group/subgroup/site.git',
    'https://github.com/acme',
    'https://github.com/',
    'https://github.com/acme/..',
    'https://github.com/acme/si$(id)te',
    'https://github.com/-acme/site',
    'git@github.com:acme/`id`',
    'https://[broken/acme/site',
    '',
  ])('%j names no repository', (url) => {
    expect(parseRemoteUrl(url)).toBeUndefined();
  });
});

test('git remote -v is read by its fetch lines, of partial clones too', () => {
  const output = Buffer.from(
    'origin\thttps://a/b/c (fetch) [blob:none]\norigin\thttps://a/b/c (push)\nx\td e (fetch)\n',
  );
  expect(parseRemotes(output)).toEqual([
    { name: 'origin', url: 'https://a/b/c' },
    { name: 'x', url: 'd e' },
  ]);
});

test('a config file is read as far as it is plain, and the first URL of a remote is the one to fetch from', () => {
  const config = [
    '[core]',
    '\turl = https://no/remote',
    '[remote "origin"]',
    '\turl = https://a/b/c',
    '\turl = https://d/e/f',
    '\tfetch = +refs/heads/*:refs/remotes/origin/*',
    '[includeIf "gitdir:/w/.git"]',
    '\tpath = /elsewhere',
    '[remote "quoted"]',
    '\turl = "https://a/b/c d"',
    '[remote "remarked"] ; url = https://a/b/c',
    '\turl = https://g/h/i',
    '[remote "x.y"]\r',
    'url=git@a:b/c.git\r',
  ].join('\n');
  expect(parseConfiguredRemotes(config)).toEqual([
    { name: 'origin', url: 'https://a/b/c' },
    { name: 'x.y', url: 'git@a:b/c.git' },
  ]);
});

test('the remote that the branch tracks comes before origin, origin before the first', () => {
  const remotes = ['first', 'origin', 'fork'].map((name) => ({ name, url: '' }));
  expect(chooseRemote(remotes, 'fork/main')?.name).toBe('fork');
  expect(chooseRemote(remotes, 'forked/main')?.name).toBe('origin');
  expect(chooseRemote(remotes.slice(0, 1), undefined)?.name).toBe('first');
  expect(chooseRemote([], undefined)).toBeUndefined();
});
