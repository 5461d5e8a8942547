import { dirname } from 'node:path';
import { Content } from './content.ts';
import type { Happening } from './happening.ts';

/** Disks write whole sectors or none of them. */
const SECTOR = 512;

type Change = Extract<Happening, { kind: 'written' | 'resized' }>;

interface Pending<T> {
  readonly at: number;
  readonly change: T;
}

/** A file, whatever it is called by now. Folders are files without content here. */
interface Node {
  readonly isFolder: boolean;
  /** For sure on the disk. */
  readonly synced: Content;
  /** Written, and nobody knows whether it is on the disk. */
  pending: Pending<Change>[];
}

/** A name that came (with what it names) or went. */
interface NameChange {
  readonly path: string;
  readonly node?: Node;
}

/** Says of each piece that nobody waited for whether it reached the disk. */
export type Fate = () => boolean;

/**
 * What a disk may hold after a power cut, by what POSIX promises and no more: what was written reaches it with the next
 * `fsync` of the file, a name with the next `fsync` of its folder. Anything else may have, sector by sector and in any order.
 */
export class Disk {
  readonly #root: string;
  #at = 0;
  readonly #live = new Map<string, Node>();
  readonly #synced = new Map<string, Node>();
  #names: Pending<NameChange>[] = [];

  /** @param root a folder that is on the disk for sure */
  constructor(root: string) {
    this.#root = root;
  }

  exists(path: string): boolean {
    return this.#live.has(path);
  }

  /** Whether anything was done that a power cut may undo. */
  get isSettled(): boolean {
    return this.#names.length === 0 && [...this.#live.values()].every(({ pending }) => pending.length === 0);
  }

  /** @param at number of the call; grows */
  apply(happening: Happening, at: number): void {
    this.#at = at;
    switch (happening.kind) {
      case 'made':
        return this.#name(happening.path, { isFolder: happening.isFolder, synced: new Content(), pending: [] });
      case 'removed':
        return this.#name(happening.path);
      case 'written':
      case 'resized':
        this.#live.get(happening.path)?.pending.push({ at, change: happening });
        return;
      case 'synced':
        this.#sync(happening.path, happening.began);
        return;
      case 'answered':
    }
  }

  /** The files by their paths, as the power cut leaves them. */
  cut(fate: Fate): ReadonlyMap<string, Buffer> {
    const names = new Map(this.#synced);
    for (const { change } of this.#names) if (fate()) rename(names, change);
    const isReached = (path: string): boolean => {
      const folder = dirname(path);
      return folder === this.#root || (names.get(folder)?.isFolder === true && isReached(folder));
    };
    const files = [...names].filter(([path, { isFolder }]) => !isFolder && isReached(path));
    return new Map(files.map(([path, node]) => [path, contentAfter(node, fate)]));
  }

  #name(path: string, node?: Node): void {
    const change = { path, ...(node && { node }) };
    rename(this.#live, change);
    this.#names.push({ at: this.#at, change });
  }

  #sync(path: string, began: number): void {
    const isOver = ({ at }: Pending<unknown>): boolean => at < began;
    const node = this.#live.get(path);
    if (node !== undefined && !node.isFolder) {
      for (const { change } of node.pending.filter(isOver)) write(node.synced, change, () => true);
      node.pending = node.pending.filter((each) => !isOver(each));
      return;
    }
    const isIn = (each: Pending<NameChange>): boolean => dirname(each.change.path) === path && isOver(each);
    for (const { change } of this.#names.filter(isIn)) rename(this.#synced, change);
    this.#names = this.#names.filter((each) => !isIn(each));
  }
}

function rename(names: Map<string, Node>, { path, node }: NameChange): void {
  if (node === undefined) names.delete(path);
  else names.set(path, node);
}

function contentAfter({ synced, pending }: Node, fate: Fate): Buffer {
  const content = new Content(synced.bytes);
  for (const { change } of pending) write(content, change, fate);
  return content.bytes;
}

function write(content: Content, change: Change, fate: Fate): void {
  if (change.kind === 'resized') {
    if (fate()) content.resize(change.size);
    return;
  }
  const { offset, bytes } = change;
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR - ((offset + from) % SECTOR));
    if (fate()) content.write(offset + from, bytes.subarray(from, to));
    from = to;
  }
}
