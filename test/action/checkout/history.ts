import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitWorld } from './git-world.ts';

/** acme/site with pull request #7, and its fork mona/site. */
export interface History {
  readonly world: GitWorld;
  /** A clone of acme/site to work in. */
  readonly author: string;
  /** The first commit: tag v1. */
  readonly base: string;
  /** The second: branch main. */
  readonly tip: string;
  /** On top of base: branch feature/x, pull/7/head. */
  readonly head: string;
  /** Head merged into tip: pull/7/merge. */
  readonly merge: string;
  /** On top of head: the fork's branch feature/x. */
  readonly forkHead: string;
}

export function makeHistory(): History {
  const world = new GitWorld();
  const author = world.repository('acme/site');
  writeFileSync(join(author, 'a.txt'), 'a\n');
  const base = world.commit(author, 'base');
  world.git(author, 'push', '-q', 'origin', 'HEAD:main', 'HEAD:refs/tags/v1');
  world.git(author, 'switch', '-q', '-c', 'feature/x');
  writeFileSync(join(author, 'x.txt'), 'x\n');
  const head = world.commit(author, 'x');
  world.git(author, 'switch', '-q', '-C', 'main', base);
  writeFileSync(join(author, 'b.txt'), 'b\n');
  const tip = world.commit(author, 'tip');
  world.git(author, 'merge', '-q', '--no-ff', '-m', 'merge', head);
  const merge = world.git(author, 'rev-parse', 'HEAD');
  world.git(author, 'push', '-q', 'origin', `${tip}:refs/heads/main`, `${head}:refs/heads/feature/x`);
  world.git(author, 'push', '-q', 'origin', `${head}:refs/pull/7/head`, `${merge}:refs/pull/7/merge`);

  const fork = world.repository('mona/site', 'acme/site');
  world.git(fork, 'switch', '-q', '-c', 'feature/x', 'origin/feature/x');
  const forkHead = world.commit(fork, 'from the fork');
  world.git(fork, 'push', '-q', 'origin', 'feature/x');
  return { world, author, base, tip, head, merge, forkHead };
}
