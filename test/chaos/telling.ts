import type { Seen } from './chaos.ts';
import type { Offence } from './verdict.ts';

const KINDS: readonly Offence['kind'][] = [
  'lost',
  'stuck',
  'answered twice',
  'doubled comment',
  'doubled task',
  'doubled check',
  'doubled issue',
  'stray task',
];
const MAX_STORIES = 10;
const MAX_LINES = 40;

/** The bar: nothing lost, doubled or stuck, and no end that nobody asked for. */
export function isGood({ offences, unsettled, unasked }: Seen): boolean {
  return offences.length === 0 && unsettled === '' && unasked.length === 0;
}

export function tableOf(seen: Seen, about: { readonly seed: number; readonly seconds: number }): string {
  const { offences, kills, notReached, faults, told } = seen;
  const rows: (readonly [string, string | number])[] = [
    ['commands accepted', seen.accepted],
    ['tried again', seen.retried],
    ['answered', seen.answered],
    ['tasks created', seen.tasks],
    ['prompts, with follow-ups', seen.prompts],
    ['final comments', seen.finalComments],
    ['told without a task', listed(told)],
    ...KINDS.map((kind) => [kind, offences.filter((each) => each.kind === kind).length] as const),
    ['still open', seen.unsettled || 'nothing'],
    ['kills', listed(kills)],
    ['crash points not reached', notReached.join(', ') || 'none'],
    ['ends nobody asked for', seen.unasked.join('; ') || 0],
    ['restarts', seen.restarts],
    ['faults', listed(faults)],
    [
      'deliveries',
      `${seen.unavailable} answered with 503; ${seen.redelivered.asked} asked for again by the App, ${seen.redelivered.byOwner} by its owner`,
    ],
    ['duration', `${about.seconds} s`],
    ['seed', about.seed],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** What the log says of the first runs that went wrong. */
export function storiesOf({ offences, storyOf }: Seen): string {
  return offences
    .slice(0, MAX_STORIES)
    .map(({ kind, what, runId }) => {
      const story = runId === undefined ? [] : storyOf(runId).slice(0, MAX_LINES);
      return [`\n${kind}: ${what} (run ${runId ?? 'unknown'})`, ...story.map((line) => `  ${line}`)].join('\n');
    })
    .join('\n');
}

function listed(counts: ReadonlyMap<string, number>): string {
  const sum = [...counts.values()].reduce((total, count) => total + count, 0);
  const each = [...counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `${name} ${count}`);
  return each.length === 0 ? '0' : `${sum} (${each.join(', ')})`;
}
