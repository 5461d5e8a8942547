import { createHash } from 'node:crypto';
import type { Command } from '../../model/command.ts';
import type { RepositoryConfig } from '../../model/repository-config.ts';
import type { Trigger } from '../../model/trigger.ts';
import { AgentRefusal } from '../../ports/agent.ts';
import {
  brokenConfigAnswer,
  problemsAnswer,
  rebyteRefusedAnswer,
  unreadableConfigAnswer,
} from '../../render/answers.ts';
import { renderHelp } from '../../render/help.ts';
import { authorize } from '../authorize.ts';
import { DEFAULT_CONFIG } from '../config/defaults.ts';
import { loadConfig } from '../config/load-config.ts';
import { acceptRun, handOver } from '../intake/accept-run.ts';
import { answerKey, cancelRuns, shareTask, tellStatus } from '../intake/act.ts';
import { admit, type Allowed } from '../intake/admit.ts';
import { answerOnce, hasAnswered } from '../intake/answer-once.ts';
import { findCommands, mayHoldCommands } from '../intake/find-commands.ts';
import type { Answering, Intake } from '../intake/intake.ts';
import { retryRun } from '../intake/retry-run.ts';
import { runIdOf } from '../intake/run-id.ts';
import { isLastingFailure } from '../lasting-failure.ts';
import type { Engine } from './engine.ts';

/**
 * Does what a trigger asks for: accepts runs, acts on those there are, or says why not. Safe to run again at any time: runs
 * are known by source and position, answers by their marker, and a trigger that was finished costs nothing more.
 *
 * @throws ForgeError or an error of Rebyte's when something was in the way that passes; run it again later.
 */
export async function handleTrigger(engine: Engine, trigger: Trigger): Promise<void> {
  if (trigger.sender.login.toLowerCase() === engine.self.toLowerCase() || !mayHoldCommands(trigger)) return;
  const finished = `handled:${trigger.sourceId}`;
  if ((await engine.store.read(finished)) !== undefined) return;
  const forge = await engine.forgeFor(trigger.installationId);
  const config = await configFor({ engine, forge, trigger });
  if (config === undefined) return;
  const intake: Intake = { engine, forge, trigger, config };
  const { commands, problems } = findCommands(trigger, config);
  if (commands.length + problems.length === 0) return;
  for (const command of commands) await carryOut(intake, command);
  if (problems.length > 0 && (await admit(intake, { verb: 'help' })) !== undefined) {
    await answerOnce(intake, `answer:${trigger.sourceId}:problems`, () => problemsAnswer(problems));
  }
  const now = engine.clock.now();
  await engine.store.write(finished, new Date(now).toISOString(), { expiresAt: now + engine.retentionMs });
}

/** Undefined when the file cannot be used, which was said then: nothing runs on defaults that it may forbid. */
async function configFor(answering: Answering): Promise<RepositoryConfig | undefined> {
  const { engine, forge, trigger } = answering;
  try {
    const loaded = await loadConfig({ forge, notes: engine.store, repository: trigger.repository });
    if (loaded.kind === 'valid') return loaded.config;
    await tellOfConfig(answering, brokenConfigAnswer(loaded));
  } catch (error) {
    if (!isLastingFailure(error)) throw error;
    await tellOfConfig(answering, unreadableConfigAnswer(error.message));
  }
  return undefined;
}

/**
 * Once per thread and wording, and only to people who may give commands where nothing else is configured: whoever may do
 * nothing cannot make us write. A label may have nothing to do with us.
 */
async function tellOfConfig(answering: Answering, text: string): Promise<void> {
  const { engine, forge, trigger } = answering;
  engine.metrics.refused('config_broken');
  if (trigger.kind === 'labeled' || trigger.sender.type !== 'User') return;
  const version = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  const key = `config:${version}`;
  if (await hasAnswered(answering, key)) return;
  const { kind } = await authorize(forge, DEFAULT_CONFIG, { trigger, verb: 'run', self: engine.self });
  if (kind === 'allowed') await answerOnce(answering, key, () => text);
}

async function carryOut(intake: Intake, command: Command): Promise<void> {
  const { engine, trigger } = intake;
  const run = await engine.store.get(runIdOf(trigger, command));
  if (run !== undefined) {
    await handOver(intake, run);
    return;
  }
  const allowed = await admit(intake, command);
  if (allowed === undefined) return;
  try {
    await act(intake, command, allowed);
  } catch (error) {
    if (!(error instanceof AgentRefusal)) throw error;
    await answerOnce(intake, answerKey(intake, command), () => rebyteRefusedAnswer(error.message));
  }
}

async function act(intake: Intake, command: Command, allowed: Allowed): Promise<void> {
  switch (command.verb) {
    case 'status':
      await tellStatus(intake, command);
      return;
    case 'cancel':
      await cancelRuns(intake, command);
      return;
    case 'retry':
      await retryRun(intake, command);
      return;
    case 'share':
      await shareTask(intake, command);
      return;
    case 'help':
      await answerOnce(intake, answerKey(intake, command), () => renderHelp(intake.config, allowed));
      return;
    default:
      await acceptRun(intake, { command, role: allowed.role });
  }
}
