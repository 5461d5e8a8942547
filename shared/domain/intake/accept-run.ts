import type { Command } from '../../model/command.ts';
import type { RunRecord } from '../../model/run-record.ts';
import { ForgeError } from '../../ports/forge-error.ts';
import { TryLater } from '../../ports/jobs.ts';
import type { Inserted } from '../../ports/store.ts';
import { noKeyAnswer, overBudgetAnswer } from '../../render/answers.ts';
import { budgetAt, retryAtAfter } from '../budget.ts';
import { addReport, addSubmit } from '../engine/run-jobs.ts';
import { answerOnce } from './answer-once.ts';
import { commandSourceOf } from './command-source.ts';
import type { Intake } from './intake.ts';
import { runIdOf } from './run-id.ts';

export interface NewRun {
  readonly command: Command;
  /** Of the sender, for the receipt. */
  readonly role: string;
  /** Of the run that is tried again, where this is one. */
  readonly again?: Pick<RunRecord, 'trigger' | 'target' | 'source'>;
}

/**
 * Makes a run of a command that its sender may give: recorded, acknowledged on GitHub, and handed to the queue. Without a
 * key for Rebyte, or over the budget, it says so instead.
 */
export async function acceptRun(intake: Intake, asked: NewRun): Promise<void> {
  const { engine, config, trigger } = intake;
  const { owner } = trigger.repository;
  if (engine.agentFor(owner) === undefined) {
    engine.metrics.refused('no_api_key');
    return await answerOnce(intake, `answer:${trigger.sourceId}:no-key`, () => noKeyAnswer(owner));
  }
  const run = await describeRun(intake, asked);
  const inserted = await engine.store.insert(run, budgetAt(config, run.createdAt));
  if (inserted.kind === 'over') return await tellOverBudget(intake, inserted);
  engine.log({ run: run.id, delivery: run.trigger.deliveryId }).info(`Accepted ${nameOf(run)}.`);
  await handOver(intake, run);
}

/** Goes on with a run that was recorded before; one that is on its way already is left alone. */
export async function handOver(intake: Pick<Intake, 'engine' | 'forge'>, run: RunRecord): Promise<void> {
  const { engine } = intake;
  if (run.state !== 'received' && run.state !== 'acknowledged') return;
  if (run.state === 'received') await acknowledge(intake, run);
  // Before the jobs, which may begin at once. GitHub can have taken minutes, and the run be sent meanwhile: then it stays so.
  await engine.store.update(run.id, { state: 'acknowledged' });
  await addReport(engine, run);
  await addSubmit(engine, run);
}

async function tellOverBudget(
  intake: Intake,
  { limit: { scope, limit }, oldestAt }: Extract<Inserted, { kind: 'over' }>,
): Promise<void> {
  const { engine, trigger } = intake;
  const now = engine.clock.now();
  engine.metrics.refused(`over_budget_${scope}`);
  await answerOnce(intake, `answer:${trigger.sourceId}:budget`, () =>
    overBudgetAnswer({ scope, limit, retryAt: retryAtAfter(oldestAt), now }),
  );
}

/** A reaction is a courtesy: neither GitHub's refusal nor its limit of writes, which can last an hour, holds a run up. */
async function acknowledge({ engine, forge }: Pick<Intake, 'engine' | 'forge'>, run: RunRecord): Promise<void> {
  const { reactTo, repository } = run.trigger;
  if (reactTo === undefined) return;
  try {
    await forge.react({ ...repository, ...reactTo }, 'eyes');
  } catch (error) {
    if (!(error instanceof ForgeError || error instanceof TryLater)) throw error;
    engine.log({ run: run.id }).warning(`Could not react: ${error.message}`);
  }
}

async function describeRun(intake: Intake, { command, role, again }: NewRun): Promise<RunRecord> {
  const { engine } = intake;
  const place = again?.trigger.place;
  const trigger = place === undefined ? intake.trigger : { ...intake.trigger, place };
  const source = again === undefined ? commandSourceOf(trigger) : again.source;
  const head = await pinHead(intake);
  return {
    id: runIdOf(trigger, command),
    trigger,
    command,
    permission: role,
    ...(source !== undefined && { source }),
    ...(head.sha !== undefined && { headSha: head.sha }),
    target: again?.target ?? { kind: 'thread' },
    state: 'received',
    runReference: engine.newId(),
    notes: head.notes,
    report: {},
    createdAt: engine.clock.now(),
  };
}

/**
 * The commit that the sender saw: as the delivery says, else as GitHub says now. A pull request that GitHub will not show
 * costs the pin, not the run.
 */
async function pinHead({ forge, trigger }: Intake): Promise<{ sha?: string; notes: readonly string[] }> {
  if (!trigger.isPullRequest) return { notes: [] };
  if (trigger.headSha !== undefined) return { sha: trigger.headSha, notes: [] };
  try {
    return { sha: (await forge.getPullRequest(trigger.thread)).headSha, notes: [] };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return { notes: [`The head commit at the time of the command is unknown: ${error.message}`] };
  }
}

function nameOf({ command, trigger }: RunRecord): string {
  const { owner, repo, number } = trigger.thread;
  return `"${command.custom ?? command.verb}" on ${owner}/${repo}#${number}`;
}
