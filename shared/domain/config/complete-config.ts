import type { CustomCommand, LabelTrigger, RepositoryConfig, Schedule } from '../../model/repository-config.ts';
import { DEFAULT_CONFIG, DEFAULT_REPORT_LABELS, DEFAULT_TIMEZONE } from './defaults.ts';
import type { ConfigFile } from './file-schema.ts';

/**
 * A file over the one it extends. Its own word holds; `defaults`, `permissions`, `budgets`, `commands`, `labels` and
 * `schedules` are joined key by key, lists are replaced.
 */
export function mergeFiles(base: ConfigFile, own: ConfigFile): ConfigFile {
  return {
    ...base,
    ...own,
    defaults: { ...base.defaults, ...own.defaults },
    permissions: { ...base.permissions, ...own.permissions },
    budgets: { ...base.budgets, ...own.budgets },
    commands: { ...base.commands, ...own.commands },
    labels: { ...base.labels, ...own.labels },
    schedules: { ...base.schedules, ...own.schedules },
  };
}

/** The words of the model, with every default filled in. */
export function completeConfig(file: ConfigFile): RepositoryConfig {
  const { budgets = {} } = file;
  return {
    defaults: { ...DEFAULT_CONFIG.defaults, ...file.defaults },
    permission: file.permission ?? DEFAULT_CONFIG.permission,
    permissions: { ...file.permissions },
    allowedBots: file['allowed-bots'] ?? DEFAULT_CONFIG.allowedBots,
    allowedTeams: file['allowed-teams'] ?? DEFAULT_CONFIG.allowedTeams,
    computers: computersOf(file),
    commands: Object.entries(file.commands ?? {}).map(([name, command]): CustomCommand => ({ name, ...command })),
    labels: Object.entries(file.labels ?? {}).map(([label, work]): LabelTrigger => ({ label, ...work })),
    schedules: Object.entries(file.schedules ?? {}).map(([name, schedule]) => completeSchedule(name, schedule)),
    budgets: {
      runsPerHour: budgets['runs-per-hour'] ?? DEFAULT_CONFIG.budgets.runsPerHour,
      runsPerHourAndUser: budgets['runs-per-hour-and-user'] ?? DEFAULT_CONFIG.budgets.runsPerHourAndUser,
    },
    check: file.check ?? DEFAULT_CONFIG.check,
    share: file.share ?? DEFAULT_CONFIG.share,
    cancelOnClose: file['cancel-on-close'] ?? DEFAULT_CONFIG.cancelOnClose,
    onMovedHead: file['on-moved-head'] ?? DEFAULT_CONFIG.onMovedHead,
    timeoutMinutes: file['timeout-minutes'] ?? DEFAULT_CONFIG.timeoutMinutes,
  };
}

/** Whoever writes a default may use it: it need not be listed too. */
function computersOf({ computers = [], defaults, commands = {} }: ConfigFile): readonly string[] {
  const usual = [defaults, ...Object.values(commands).map((command) => command.defaults)].map((each) => each?.computer);
  return [...new Set([...computers, ...usual.filter((name) => name !== undefined)])];
}

function completeSchedule(name: string, schedule: NonNullable<ConfigFile['schedules']>[string]): Schedule {
  const { timezone = DEFAULT_TIMEZONE, report = {}, ...rest } = schedule;
  const { title = `Rebyte: ${name}`, labels = DEFAULT_REPORT_LABELS } = report;
  return { name, ...rest, timezone, report: { title, labels } };
}
