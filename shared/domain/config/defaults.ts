import type { RepositoryConfig } from '../../model/repository-config.ts';

/** What holds in a repository without a file, and for every key that a file leaves out. */
export const DEFAULT_CONFIG: RepositoryConfig = Object.freeze({
  defaults: { skills: [] },
  permission: 'write',
  permissions: {},
  allowedBots: [],
  allowedTeams: [],
  computers: [],
  commands: [],
  labels: [],
  schedules: [],
  budgets: { runsPerHour: 30, runsPerHourAndUser: 10 },
  check: true,
  share: true,
  cancelOnClose: false,
  onMovedHead: 'tell',
  timeoutMinutes: 60,
});

/** Of a schedule that does not say where it reports. */
export const DEFAULT_REPORT_LABELS: readonly string[] = ['rebyte'];

export const DEFAULT_TIMEZONE = 'UTC';
