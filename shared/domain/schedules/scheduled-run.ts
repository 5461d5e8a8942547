import { runIdOf } from '../intake/run-id.ts';
import type { Engine, InstalledRepository } from '../engine/engine.ts';
import type { Command } from '../../model/command.ts';
import type { Schedule } from '../../model/repository-config.ts';
import type { RunRecord } from '../../model/run-record.ts';
import type { Trigger } from '../../model/trigger.ts';

/** The run of one slot of a schedule: the same slot gives the same run on every replica. */
export function scheduledRun(
  engine: Engine,
  installed: InstalledRepository,
  { schedule, slot }: { schedule: Schedule; slot: Date },
): RunRecord {
  const { installationId, repository, defaultBranch } = installed;
  const source = `schedule:${repository.owner}/${repository.repo}:${schedule.name}:${slot.toISOString()}`;
  const now = engine.clock.now();
  const trigger: Trigger = {
    kind: 'schedule',
    deliveryId: source,
    installationId,
    repository,
    defaultBranch,
    thread: { ...repository, number: 0 },
    isPullRequest: false,
    sourceId: source,
    text: schedule.prompt ?? '',
    url: '',
    sender: { login: 'schedule', type: '' },
    receivedAt: now,
  };
  const { name, command: custom, prompt = '', report } = schedule;
  const command: Command =
    custom === undefined
      ? { position: 0, verb: 'run', prompt, flags: {} }
      : { position: 0, verb: 'custom', custom, prompt, flags: {} };
  return {
    id: runIdOf(trigger, command),
    trigger,
    command,
    permission: 'schedule',
    target: { kind: 'rolling_issue', schedule: name, title: report.title, labels: report.labels },
    state: 'acknowledged',
    runReference: engine.newId(),
    notes: [],
    report: {},
    createdAt: now,
  };
}
