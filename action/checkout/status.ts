/** What `git status` says about HEAD and the working tree, in one process. */
export interface WorkingTreeStatus {
  /** The commit at HEAD; undefined while there is none. */
  readonly sha: string | undefined;
  /** The local branch; undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** The remote-tracking branch, e.g. `origin/main`; undefined when there is none or it is gone. */
  readonly upstream: string | undefined;
  /** HEAD is exactly the upstream's commit. */
  readonly atUpstream: boolean;
  /** Everything that differs from HEAD: staged, unstaged, and untracked but not ignored. */
  readonly files: readonly ChangedFile[];
}

export interface ChangedFile {
  /**
   * Path from the root, its bytes as Latin-1: names need not be UTF-8, and go back to git unharmed this way. To show
   * one, see `readablePath`.
   */
  readonly path: string;
  readonly kind: 'tracked' | 'untracked' | 'unmerged' | 'submodule' | 'nested_repository';
  /** The index differs from HEAD. */
  readonly staged: boolean;
  /** The working tree differs from the index. */
  readonly unstaged: boolean;
  /** For a submodule: another commit is checked out in it. */
  readonly movedSubmodule: boolean;
  /** For a submodule: there are edits or untracked files inside it. */
  readonly editedSubmodule: boolean;
}

/** Arguments for the output that {@link parseStatus} reads. */
export const STATUS_ARGUMENTS = [
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-ahead-behind',
  '--no-renames',
  '--untracked-files=all',
  '--ignore-submodules=none',
  '-z',
];

/** Reads `git status --porcelain=v2 --branch -z`: https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
export function parseStatus(output: Buffer): WorkingTreeStatus {
  const lines = output.toString('latin1').split('\0');
  const header = (name: string) => {
    const prefix = `# branch.${name} `;
    const line = lines.find((candidate) => candidate.startsWith(prefix));
    return line === undefined ? undefined : readablePath(line.slice(prefix.length));
  };
  const sha = header('oid');
  const branch = header('head');
  const distance = header('ab');
  return {
    sha: sha === '(initial)' ? undefined : sha,
    branch: branch === '(detached)' ? undefined : branch,
    // Without a distance the upstream is configured, but gone.
    upstream: distance === undefined ? undefined : header('upstream'),
    atUpstream: distance === '+0 -0',
    files: lines.flatMap((line) => changedFile(line) ?? []),
  };
}

/** The path as people read it. */
export function readablePath(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

function changedFile(line: string): ChangedFile | undefined {
  const fields = line.split(' ');
  const type = fields[0] ?? '';
  const before = FIELDS_BEFORE_PATH[type];
  if (before === undefined || fields.length <= before) return undefined;
  const path = fields.slice(before).join(' ');
  if (type === '?') {
    // With --untracked-files=all a folder is listed as such only when it is a repository of its own.
    const kind = path.endsWith('/') ? 'nested_repository' : 'untracked';
    return { path, kind, staged: false, unstaged: true, movedSubmodule: false, editedSubmodule: false };
  }
  const [, xy = '..', submodule = 'N...'] = fields;
  const tracked = submodule.startsWith('S') ? 'submodule' : 'tracked';
  return {
    path,
    kind: type === 'u' ? 'unmerged' : tracked,
    staged: !xy.startsWith('.'),
    unstaged: !xy.endsWith('.'),
    movedSubmodule: submodule[1] === 'C',
    editedSubmodule: submodule[2] === 'M' || submodule[3] === 'U',
  };
}
