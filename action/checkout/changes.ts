/** How the workspace differs from what the remote has. */
export type Changes = NoChanges | ChangesBundle | ChangesTooLarge;

export interface NoChanges {
  readonly kind: 'none';
  /** As in {@link ChangesBundle}. */
  readonly skipped: readonly string[];
}

/** A git bundle with one ref, {@link CHANGES_REF}. */
export interface ChangesBundle {
  readonly kind: 'bundle';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Commits that a clone must have before it can take the bundle. Empty: the bundle holds the whole history. */
  readonly prerequisites: readonly string[];
  /** HEAD with everything uncommitted on top, as one commit. */
  readonly headSha: string;
  /** Commits that the remote does not have, the snapshot not counted. */
  readonly commits: number;
  /** Files that differ from HEAD and are in the bundle. */
  readonly dirtyFiles: number;
  /** What did not come along and why, one sentence each, safe as Markdown. */
  readonly skipped: readonly string[];
}

export interface ChangesTooLarge {
  readonly kind: 'too_large';
  /** Bytes: of the bundle, or of the files when those were so many that none was made. */
  readonly size: number;
  readonly limit: number;
}

/** The file's name, which the agent's instructions repeat. */
export const BUNDLE_NAME = 'rebyte-changes.bundle';

export const CHANGES_REF = 'refs/rebyte/changes';
