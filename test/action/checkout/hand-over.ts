import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Changes } from '../../../action/checkout/changes.ts';
import { collectChanges } from '../../../action/checkout/collect-changes.ts';
import type { PackOptions } from '../../../action/checkout/pack-changes.ts';
import type { GitCheckout } from '../../../action/checkout/checkout.ts';
import { detectCheckout } from '../../../action/checkout/detect.ts';
import type { GitHubEvent } from '../../../action/checkout/event.ts';
import type { Git } from '../../../action/checkout/git.ts';
import { GitWorld } from './git-world.ts';

/** acme/site with two commits on main; made once, copied for each test. */
export interface Site {
  readonly template: GitWorld;
  /** The newest commit on main. */
  readonly tip: string;
}

export function makeSite(): Site {
  const template = new GitWorld();
  const author = template.repository('acme/site');
  mkdirSync(join(author, 'dir'));
  writeFileSync(join(author, 'a.txt'), 'one\ntwo\n');
  writeFileSync(join(author, 'b.txt'), 'b\n');
  writeFileSync(join(author, 'dir/c.bin'), randomBytes(2000));
  writeFileSync(join(author, 'run.sh'), '#!/bin/sh\n');
  writeFileSync(join(author, '.npmrc'), 'audit=false\n');
  writeFileSync(join(author, '.gitignore'), 'ignored/\n');
  template.commit(author, 'first');
  writeFileSync(join(author, 'd.txt'), 'd\n');
  const tip = template.commit(author, 'second');
  template.git(author, 'push', '-q', 'origin', 'HEAD:main');
  return { template, tip };
}

/** Detects, collects, and lets an agent follow the instructions in a fresh clone. */
export async function handOver(
  world: GitWorld,
  workspace: string,
  github: GitHubEvent,
  options: Partial<PackOptions> = {},
) {
  const checkout = await detect(workspace, github);
  const before = digestOf(join(workspace, '.git'));
  const directory = join(world.directory, 'temp');
  mkdirSync(directory, { recursive: true });
  const changes = await collectChanges({ checkout, directory, ...options });
  expect(digestOf(join(workspace, '.git'))).toBe(before);
  const agent = changes.kind === 'too_large' ? undefined : world.playAgent(checkout, changes);
  return { checkout, changes, agent: agent!, directory };
}

export async function detect(directory: string, github: GitHubEvent, git?: Git): Promise<GitCheckout> {
  const checkout = await detectCheckout({ directory, github, ...(git && { git }) });
  if (checkout.kind === 'none') throw new Error(checkout.reason);
  return checkout;
}

export function bundle(changes: Changes) {
  if (changes.kind !== 'bundle') throw new Error(`expected a bundle, got ${changes.kind}`);
  return changes;
}

/** Names, modes and bytes of everything in a folder. */
function digestOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    hash.update(`${name} ${stats.mode} ${stats.isFile() ? readFileSync(path, 'hex') : ''}\n`);
  }
  return hash.digest('hex');
}

export function editEverything(workspace: string): void {
  appendFileSync(join(workspace, 'a.txt'), 'three\n');
  rmSync(join(workspace, 'b.txt'));
  writeFileSync(join(workspace, 'dir/c.bin'), randomBytes(3000));
  chmodSync(join(workspace, 'run.sh'), 0o755);
  renameSync(join(workspace, 'd.txt'), join(workspace, 'dir/renamed.txt'));
  symlinkSync('../a.txt', join(workspace, 'dir/link'));
  mkdirSync(join(workspace, 'new dir/ünïcödé'), { recursive: true });
  for (const name of [
    'plain',
    'with space',
    'line\nbreak',
    '"quoted"',
    '日本語',
    ':(top)magic',
    '!neg',
    '#hash',
    '-dash',
  ]) {
    writeFileSync(join(workspace, 'new dir/ünïcödé', name), name);
  }
  writeFileSync(Buffer.concat([Buffer.from(`${workspace}/latin-`), Buffer.from([0xe9])]), 'not UTF-8');
  mkdirSync(join(workspace, 'ignored'));
  writeFileSync(join(workspace, 'ignored/secret.txt'), 'stays here');
}

/** The contents of every object, reachable or not. */
export function everyObjectOf(repository: string): string {
  const args = ['cat-file', '--batch-all-objects', '--batch'];
  return execFileSync('git', args, { cwd: repository, encoding: 'latin1', maxBuffer: 1 << 26 });
}
