/**
 * Terminology
 *
 * trigger   what happened on GitHub, normalised
 * command   what the person asked
 * thread    an issue or a pull request
 * task      Rebyte's unit of work; it holds one prompt or several, the later ones being follow-ups
 * run       our record: one prompt sent for one trigger
 * report    what a run shows on GitHub
 * computer  Rebyte's Agent Computer, a long-lived VM that many tasks share
 * receipt   who asked what, when, against which commit, with which permission
 */

/** How a run can have ended. `lost` is said out loud: the outcome cannot be known. */
export const SETTLED_STATUSES = ['succeeded', 'failed', 'canceled', 'timed_out', 'refused', 'lost'] as const;
export type SettledStatus = (typeof SETTLED_STATUSES)[number];

/** `running`: handed over without waiting. `skipped`: a dry run, nothing was sent. */
export const RUN_STATUSES = [...SETTLED_STATUSES, 'running', 'skipped'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What a report shows: a run on its way, or at its end. */
export type ReportStatus = RunStatus | 'queued';
