import type { Delivery } from '../../emulator/github/index.ts';
import type { Repository } from './places.ts';

export interface Place extends Repository {
  readonly number: number;
}

/**
 * What a command has to come to: a report of its own run, one answer, or, where only the App knows which, either of them
 * and not both.
 */
export type Expected = 'run' | 'answer' | 'either';

/** A command that somebody gave. */
export interface Given {
  readonly place: Place;
  /** The node that it stands in, as the App knows it; '' for a label, see {@link withLabelSources}. */
  readonly sourceId: string;
  readonly text: string;
  readonly expected: Expected;
}

export function nameOf({ owner, repo, number }: Place): string {
  return `${owner}/${repo}#${number}`;
}

/** As much as is needed of `issues.labeled`. */
interface Labeled {
  readonly issue: { readonly node_id: string; readonly number: number; readonly updated_at: string };
  readonly label: { readonly id: number };
  readonly repository: { readonly full_name: string };
}

/**
 * Says of labels where they come from: each is known by its issue, itself and the time at which it was put on, which only the
 * delivery tells. At most one is put on an issue.
 */
export function withLabelSources(given: readonly Given[], deliveries: readonly Delivery[]): readonly Given[] {
  const sources = new Map<string, string>();
  for (const { action, payload } of deliveries.filter(({ event }) => event === 'issues')) {
    if (action !== 'labeled') continue;
    const { issue, label, repository }: Labeled = JSON.parse(JSON.stringify(payload));
    sources.set(`${repository.full_name}#${issue.number}`, `${issue.node_id}:labeled:${label.id}:${issue.updated_at}`);
  }
  return given.map((each) =>
    each.sourceId === '' ? { ...each, sourceId: sources.get(nameOf(each.place)) ?? '' } : each,
  );
}
