import type { RunRecord } from '../../shared/model/run-record.ts';
import type { Trigger } from '../../shared/model/trigger.ts';

const REPOSITORY = { owner: 'acme', repo: 'app' } as const;

/** A comment of Ada's on issue 7 of acme/app. */
export function aTrigger(changes: Partial<Trigger> = {}): Trigger {
  return {
    kind: 'comment',
    deliveryId: 'delivery-1',
    installationId: 11,
    repository: REPOSITORY,
    defaultBranch: 'main',
    thread: { ...REPOSITORY, number: 7 },
    isPullRequest: false,
    sourceId: 'IC_1',
    reactTo: { kind: 'comment', id: 501 },
    text: '/rebyte tidy up',
    url: 'https://github.com/acme/app/issues/7#issuecomment-501',
    sender: { login: 'ada', type: 'User' },
    receivedAt: 1_000,
    ...changes,
  };
}

/** The run of {@link aTrigger}, just received. */
export function aRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'run-1',
    trigger: aTrigger(),
    command: { position: 0, verb: 'run', prompt: 'tidy up', flags: {} },
    permission: 'write',
    target: { kind: 'thread' },
    state: 'received',
    runReference: 'reference-1',
    notes: [],
    report: {},
    createdAt: 1_000,
    ...changes,
  };
}
