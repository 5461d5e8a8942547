import { codeSpan } from './code-span.ts';
import type { Git } from './git.ts';
import type { Repository } from './repository.ts';
import { repositoryArguments } from './repository.ts';
import type { ScratchRepository } from './scratch-repository.ts';
import { isSecretFile } from './secret-files.ts';
import type { ChangedFile } from './status.ts';
import { readablePath } from './status.ts';

export interface Snapshot {
  /** A commit of the whole working tree on top of HEAD; undefined when it would equal HEAD. */
  readonly commit: string | undefined;
  /** How many files in it differ from HEAD. */
  readonly files: number;
}

export interface SnapshotOptions {
  readonly sha: string;
  readonly files: readonly ChangedFile[];
  readonly scratch: ScratchRepository;
  readonly git: Git;
}

/** The one identity of snapshots: nobody is said to have written what a job left lying. */
const IDENTITY = { NAME: 'Rebyte for GitHub', EMAIL: 'noreply@rebyte.ai' } as const;

const MESSAGE = 'Uncommitted changes of the workspace\n\nMade by Rebyte for GitHub to hand the checked-out files over.';

/** Settings for `git add`, so that what is in the workspace is taken as it is. */
const ADD_SETTINGS = [
  // Files of Git LFS travel with their contents, not as pointers to what no server has. Other filters apply as usual:
  // git-crypt must go on encrypting.
  'filter.lfs.clean=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
  // A mixture of line ends is the user's business, not a reason to stop.
  'core.safecrlf=false',
  // Else a new file outside a sparse checkout is an error. What is absent there is marked so in the index, which counts.
  'core.sparseCheckout=false',
].flatMap((setting) => ['-c', setting]);

/** Writes the working tree as a commit into the scratch repository. The user's index, refs and objects stay untouched. */
export async function takeSnapshot(repository: Repository, options: SnapshotOptions): Promise<Snapshot> {
  const { sha, files, scratch, git } = options;
  const left = files.filter((file) => reasonToLeave(file) !== undefined);
  if (files.length > left.length) {
    const pathspecs = [':/', ...left.map((file) => `:(top,exclude,literal)${file.path}`)];
    const add = ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'];
    await git([...repositoryArguments(repository), ...ADD_SETTINGS, ...add], {
      cwd: repository.root,
      env: { GIT_INDEX_FILE: scratch.index, GIT_OBJECT_DIRECTORY: scratch.objects },
      input: Buffer.from(pathspecs.join('\0'), 'latin1'),
    });
  }
  const [tree, headTree] = await Promise.all([
    scratch.git(['write-tree'], { GIT_INDEX_FILE: scratch.index }),
    scratch.git(['rev-parse', `${sha}^{tree}`]),
  ]);
  if (tree === headTree) return { commit: undefined, files: 0 };
  const commit = await scratch.git(['commit-tree', '-p', sha, '-m', MESSAGE, tree], {
    GIT_AUTHOR_NAME: IDENTITY.NAME,
    GIT_AUTHOR_EMAIL: IDENTITY.EMAIL,
    GIT_COMMITTER_NAME: IDENTITY.NAME,
    GIT_COMMITTER_EMAIL: IDENTITY.EMAIL,
  });
  return { commit, files: files.length - left.length };
}

/** The files that a snapshot takes up. */
export function filesToAdd(files: readonly ChangedFile[]): ChangedFile[] {
  return files.filter((file) => reasonToLeave(file) === undefined);
}

/** What is left behind or travels incompletely, one sentence each, safe as Markdown. */
export function leftBehind(files: readonly ChangedFile[]): string[] {
  return files.flatMap((file) => {
    const name = codeSpan(readablePath(file.path));
    const reason = reasonToLeave(file) ?? (file.movedSubmodule ? MOVED_SUBMODULE : undefined);
    return reason === undefined ? [] : `${name} ${reason}`;
  });
}

const MOVED_SUBMODULE = 'is a submodule at another commit, which is not sent along.';

function reasonToLeave(file: ChangedFile): string | undefined {
  if (file.kind === 'nested_repository') return 'is a git repository of its own and is left out.';
  if (file.kind === 'submodule') {
    return file.movedSubmodule || !file.editedSubmodule
      ? undefined
      : 'is a submodule: the changes inside it are left out.';
  }
  // Staging and committing are deliberate; an edit to a file of credentials usually is not.
  const deliberate = file.staged && !file.unstaged;
  if (deliberate || !isSecretFile(file.path)) return undefined;
  return 'may hold secrets by its name and is left out. Commit or stage it to send it.';
}
