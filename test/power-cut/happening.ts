import type { Call } from './trace-lines.ts';
import { bytesOf } from './trace-lines.ts';

/** What a system call did to a file or folder, or to a client who waits. Paths are absolute. */
export type Happening =
  | { readonly kind: 'made'; readonly path: string; readonly isFolder: boolean }
  | { readonly kind: 'removed'; readonly path: string }
  | { readonly kind: 'written'; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'resized'; readonly path: string; readonly size: number }
  /** What was done to it before the call with this number is on the disk. */
  | { readonly kind: 'synced'; readonly path: string; readonly began: number }
  /** The first bytes of an answer left for this port of a client. */
  | { readonly kind: 'answered'; readonly port: number; readonly status: number };

/** The calls that strace is asked for: all that change a file, and those that answer. */
export const TRACED: readonly string[] = (
  'open openat openat2 creat mkdir mkdirat ' +
  'write writev pwrite64 pwritev pwritev2 ftruncate truncate fallocate copy_file_range ' +
  'fsync fdatasync sync_file_range msync ' +
  'unlink unlinkat rmdir rename renameat renameat2 link linkat ' +
  'sendto sendmsg io_uring_setup'
).split(' ');

/** A descriptor with its path, e.g. `25</data/rebyte.db-wal>`, in `\x` form. */
const FILE = String.raw`\d+<((?:\\x[0-9a-f]{2})+)>`;
const STRING = '"([^"]*)"';
const PWRITE = new RegExp(String.raw`^${FILE}, ${STRING}(\.*), \d+, (\d+)`);
const TRUNCATE = new RegExp(`^${FILE}, (\\d+)`);
const ON_FILE = new RegExp(`^${FILE}`);
const OPENED = new RegExp(`^[^"]*${STRING}, ([A-Z_|]+)`);
const NAMED = new RegExp(`^[^"]*${STRING}`);
/** `HTTP/1.1 202 …` to the port at the end of the connection's name. */
const ANSWER = new RegExp(
  String.raw`^\d+<TCP:\[[^\]]*:(\d+)\]>, [^"]*"\\x48\\x54\\x54\\x50\\x2f\\x31\\x2e\\x31\\x20\\x3(\d)\\x3(\d)\\x3(\d)`,
);

export interface Watched {
  /** Whether the path is one that the replay follows. */
  readonly follows: (path: string) => boolean;
  /** Whether it is there by now, so that opening does not make it. */
  readonly exists: (path: string) => boolean;
}

/**
 * What the call did, if it did something that is followed.
 *
 * @throws Error when a file that is followed is changed in a way that the replay does not know
 */
export function happeningOf(call: Call, watched: Watched): Happening | undefined {
  const answer = ANSWER.exec(call.args);
  if (answer !== null) return { kind: 'answered', port: Number(answer[1]), status: Number(answer.slice(2).join('')) };
  // What never ended may have happened: as with all that was not synced, both are possible.
  if (call.result !== undefined && call.result < 0) return undefined;
  return call.name.startsWith('open') || call.name === 'creat' ? opened(call, watched) : changed(call, watched);
}

function opened({ args, name }: Call, { follows, exists }: Watched): Happening | undefined {
  const [, escaped = '', flags = ''] = OPENED.exec(args) ?? [];
  const path = bytesOf(escaped).toString();
  if (!follows(path)) return undefined;
  if (!exists(path)) {
    if (flags.includes('O_CREAT')) return { kind: 'made', path, isFolder: false };
    throw unknown(name, path, 'which nobody made');
  }
  return flags.includes('O_TRUNC') ? { kind: 'resized', path, size: 0 } : undefined;
}

function changed({ name, args, result, began }: Call, { follows }: Watched): Happening | undefined {
  const path = pathIn(args);
  if (path === undefined || !follows(path)) return undefined;
  switch (name) {
    case 'pwrite64': {
      const [, , escaped = '', cut, offset] = PWRITE.exec(args) ?? [];
      if (cut !== '' || offset === undefined) throw unknown(name, path, 'with bytes that the trace leaves out');
      const bytes = bytesOf(escaped);
      return { kind: 'written', path, offset: Number(offset), bytes: bytes.subarray(0, result ?? bytes.length) };
    }
    case 'ftruncate':
      return { kind: 'resized', path, size: Number(TRUNCATE.exec(args)?.[2]) };
    case 'fsync':
    case 'fdatasync':
      // It promises nothing before it has ended.
      return result === undefined ? undefined : { kind: 'synced', path, began };
    case 'mkdir':
      return { kind: 'made', path, isFolder: true };
    case 'unlink':
      return { kind: 'removed', path };
    default:
      throw unknown(name, path, 'in a way that the replay does not know');
  }
}

/** The file that a descriptor or a path names; undefined for sockets, pipes and files that are removed. */
function pathIn(args: string): string | undefined {
  const escaped = ON_FILE.exec(args)?.[1] ?? NAMED.exec(args)?.[1];
  return escaped?.startsWith(String.raw`\x2f`) ? bytesOf(escaped).toString() : undefined;
}

function unknown(name: string, path: string, how: string): Error {
  return new Error(`${name} changes ${path} ${how}. Teach test/power-cut/happening.ts that call.`);
}
