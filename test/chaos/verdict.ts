import { createHash } from 'node:crypto';
import { SCHEDULED } from './places.ts';
import type { Given } from './people.ts';
import type { Prompts } from './prompts.ts';
import { nameOf, type Shown, type ShownComment } from './shown.ts';

/** Something that must not be. */
export interface Offence {
  readonly kind:
    'lost' | 'stuck' | 'doubled comment' | 'doubled task' | 'doubled check' | 'doubled issue' | 'stray task';
  readonly what: string;
  /** Id of the run, by which the log tells of it. */
  readonly runId?: string;
}

export interface Verdict {
  /** Commands that asked for a run. */
  readonly accepted: number;
  readonly tasks: number;
  /** Prompts that carry out a command, and those of schedules. */
  readonly prompts: number;
  readonly finalComments: number;
  /** Runs of which the thread was told that they ended without a task: canceled, refused, or outcome unknown. */
  readonly told: ReadonlyMap<string, number>;
  readonly offences: readonly Offence[];
}

/** Headlines of reports that promise more to come. */
const UNFINISHED = /^### (?:⏳|\[?⚙️)/u;
const DONE = /^### ✅/u;

/** Compares what was asked for with what GitHub shows and Rebyte was sent. Every run ends once, and everybody is told. */
export function judge(given: readonly Given[], shown: Shown, prompts: Prompts): Verdict {
  const offences: Offence[] = [...doubledComments(shown), ...doubles(shown.checks, 'doubled check')];
  offences.push(...doubles(shown.issues, 'doubled issue'));
  const told = new Map<string, number>();
  const known = new Set<string>();
  let finalComments = 0;
  for (const command of given.filter(({ isRun }) => isRun)) {
    const runId = runIdOf(command.nodeId);
    const { report, offence } = reportOf(command, shown, runId);
    if (report !== undefined) known.add(report.runReference ?? '');
    if (report !== undefined && offence === undefined) finalComments += 1;
    const sent = prompts.byReference.get(report?.runReference ?? '-')?.length ?? 0;
    if (offence !== undefined) offences.push({ ...offence, runId });
    else if (report !== undefined && sent === 0 && DONE.test(report.body))
      offences.push({ kind: 'lost', what: `${whereOf(command)}: done, and Rebyte was never asked`, runId });
    if (report !== undefined && sent === 0) count(told, headlineOf(report));
  }
  const silent = given.filter(({ isRun }) => !isRun).filter((act) => answersOf(act, shown) === 0);
  offences.push(...silent.map((act): Offence => ({ kind: 'lost', what: `${whereOf(act)}: not answered` })));
  return {
    accepted: given.filter(({ isRun }) => isRun).length,
    tasks: prompts.tasks,
    prompts: [...prompts.byReference.values()].reduce((sum, texts) => sum + texts.length, 0),
    finalComments,
    told,
    offences: [...offences, ...wrongPrompts(prompts, known)],
  };
}

function reportOf(command: Given, shown: Shown, runId: string): { report?: ShownComment; offence?: Offence } {
  const where = whereOf(command);
  const own = shown.comments.get(nameOf(command.place))?.filter(({ key }) => key === `run:${runId}`) ?? [];
  const [report] = own;
  if (report === undefined) return { offence: { kind: 'lost', what: `${where}: nobody was told anything` } };
  if (!UNFINISHED.test(report.body)) return { report };
  return { report, offence: { kind: 'stuck', what: `${where}: "${headlineOf(report)}"` } };
}

/** A prompt that was sent twice, and one that nobody asked for. */
function wrongPrompts({ byReference }: Prompts, known: ReadonlySet<string>): Offence[] {
  return [...byReference].flatMap(([reference, texts]): Offence[] => {
    const twice: Offence[] =
      texts.length > 1
        ? [{ kind: 'doubled task', what: `${texts.length} prompts with the reference ${reference}` }]
        : [];
    const isOurs = known.has(reference) || texts.every((text) => text.includes(SCHEDULED));
    return isOurs
      ? twice
      : [...twice, { kind: 'stray task', what: `no finished report names the reference ${reference}` }];
  });
}

function doubledComments({ comments }: Shown): Offence[] {
  return [...comments].flatMap(([thread, all]) => {
    const keys = all.flatMap(({ key }) => (key === undefined ? [] : [`${thread} ${key}`]));
    return doubles(keys, 'doubled comment');
  });
}

function doubles(names: readonly string[], kind: Offence['kind']): Offence[] {
  const counts = new Map<string, number>();
  for (const name of names) count(counts, name);
  return [...counts].flatMap(([name, times]): Offence[] => {
    if (times === 1) return [];
    const runId = /(?:run:|^\S+ )([\w-]{22})$/.exec(name)?.[1];
    return [{ kind, what: `${name} × ${times}`, ...(runId !== undefined && { runId }) }];
  });
}

function answersOf({ place, nodeId }: Given, shown: Shown): number {
  return shown.comments.get(nameOf(place))?.filter(({ key }) => key === `answer:${nodeId}:0`).length ?? 0;
}

/** As the App makes it of the place of the command. */
function runIdOf(nodeId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([nodeId, 0]))
    .digest('base64url')
    .slice(0, 22);
}

function headlineOf({ body }: ShownComment): string {
  return (body.split('\n')[0] ?? '').replace(/^### \[?([^\]]*).*/, '$1');
}

function whereOf({ place, text }: Given): string {
  return `${nameOf(place)} "${text}"`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
