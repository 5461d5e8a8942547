import type { Report } from '../../../shared/model/report.ts';

export const MARKER = '<!-- rebyte:1:marker -->';

/** A finished report; a test changes what it is about. */
export function report(over: Partial<Report> = {}): Report {
  return {
    status: 'succeeded',
    reason: 'completed',
    result: 'The build works again: `npm test` is green.',
    taskId: 'task_1',
    taskUrl: 'https://app.rebyte.ai/run/task_1',
    executor: 'claude',
    model: 'claude-sonnet-4.6',
    durationMs: 125_400,
    receipt: {
      actor: 'octocat',
      event: 'pull_request',
      repository: 'acme/app',
      branch: 'main',
      sha: '0123456789abcdef',
      permission: 'write',
      runUrl: 'https://github.com/acme/app/actions/runs/7',
      notes: ['Removed from the context: 2 HTML comments.'],
    },
    ...over,
  };
}

/** A report that knows nothing yet but who asked. */
export function bareReport(over: Partial<Report> = {}): Report {
  return { status: 'queued', receipt: { actor: 'octocat', event: 'push', repository: 'acme/app' }, ...over };
}
