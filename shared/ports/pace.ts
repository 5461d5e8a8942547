/** What a report is for: it tells how a run goes on, or how it ended. */
export type Purpose = 'progress' | 'final';

export type Entry =
  /** It may write now; it counts as writing until it leaves, so that many at once do not all find the same room. */
  | { readonly kind: 'go'; readonly leave: () => void }
  /** In milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number };

/** Keeps an installation's writes within what GitHub allows, and room in it for what matters more. */
export interface PacePort {
  enter(installationId: number, purpose: Purpose): Entry;
}
