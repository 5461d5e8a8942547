import { createHash } from 'node:crypto';
import { SCHEDULED } from './places.ts';
import { nameOf, type Given } from './given.ts';
import type { Prompts } from './prompts.ts';
import type { Shown, ShownComment } from './shown.ts';

/** Something that must not be. */
export interface Offence {
  readonly kind:
    | 'lost'
    | 'stuck'
    | 'answered twice'
    | 'doubled comment'
    | 'doubled task'
    | 'doubled check'
    | 'doubled issue'
    | 'stray task';
  readonly what: string;
  /** Id of the run, by which the log tells of it. */
  readonly runId?: string;
}

export interface Verdict {
  /** Commands that asked for a run. */
  readonly accepted: number;
  /** Commands to try again that came to a run of their own. */
  readonly retried: number;
  /** Commands that were answered without a run. */
  readonly answered: number;
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
  for (const command of given) {
    const runId = runIdOf(command.sourceId);
    const asRun = reportOf(command, shown, runId);
    const wrong = missed(command, { isRun: asRun.report !== undefined, isTold: isAnswered(command, shown) });
    if (wrong !== undefined) offences.push({ ...wrong, runId });
    const { report, offence } = asRun;
    if (report === undefined) continue;
    known.add(report.runReference ?? '');
    if (offence === undefined) finalComments += 1;
    const sent = prompts.byReference.get(report.runReference ?? '-')?.length ?? 0;
    if (offence !== undefined) offences.push({ ...offence, runId });
    else if (sent === 0 && DONE.test(report.body))
      offences.push({ kind: 'lost', what: `${whereOf(command)}: done, and Rebyte was never asked`, runId });
    if (sent === 0) count(told, headlineOf(report));
  }
  return {
    accepted: given.filter(({ expected }) => expected === 'run').length,
    retried: given.filter((each) => each.expected === 'either' && reportOf(each, shown, runIdOf(each.sourceId)).report)
      .length,
    answered: given.filter((each) => isAnswered(each, shown)).length,
    tasks: prompts.tasks,
    prompts: [...prompts.byReference.values()].reduce((sum, texts) => sum + texts.length, 0),
    finalComments,
    told,
    offences: [...offences, ...wrongPrompts(prompts, known)],
  };
}

/** What is wrong when a command came to a run, to an answer, to both or neither. */
function missed(
  command: Given,
  { isRun, isTold }: { readonly isRun: boolean; readonly isTold: boolean },
): Offence | undefined {
  const where = whereOf(command);
  const { expected } = command;
  if (!isRun && !isTold) return { kind: 'lost', what: `${where}: nobody was told anything` };
  if (isRun && isTold) return { kind: 'answered twice', what: `${where}: a run, and an answer that there is none` };
  if (expected === 'run' && !isRun) return { kind: 'lost', what: `${where}: answered, and not run` };
  if (expected === 'answer' && isRun) return { kind: 'stray task', what: `${where}: run, and nobody asked for a run` };
  return undefined;
}

function reportOf(command: Given, shown: Shown, runId: string): { report?: ShownComment; offence?: Offence } {
  const [report] = shown.comments.get(nameOf(command.place))?.filter(({ key }) => key === `run:${runId}`) ?? [];
  if (report === undefined) return {};
  if (!UNFINISHED.test(report.body)) return { report };
  return { report, offence: { kind: 'stuck', what: `${whereOf(command)}: "${headlineOf(report)}"` } };
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

function isAnswered({ place, sourceId }: Given, shown: Shown): boolean {
  return shown.comments.get(nameOf(place))?.some(({ key }) => key === `answer:${sourceId}:0`) === true;
}

/** As the App makes it of the place of the command. */
function runIdOf(sourceId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([sourceId, 0]))
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
