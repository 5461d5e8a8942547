import type { ReportTarget } from '../inputs/parse-inputs.ts';
import { commentKey, isKeyOfWorkflow } from './comment-key.ts';
import { repositoryOf } from '../environment.ts';
import { openForge } from '../open-forge.ts';
import type { Place } from './reporter.ts';
import type { Step } from '../step.ts';
import { checkConclusion } from '../../shared/domain/check-conclusion.ts';
import { findLastTask, type CommentedTask } from '../../shared/domain/find-task.ts';
import type { MarkerPayload } from '../../shared/domain/marker.ts';
import { publishRollingIssue } from '../../shared/domain/rolling-issue.ts';
import { upsertComment, type PostedComment } from '../../shared/domain/sticky-comment.ts';
import type { Report } from '../../shared/model/report.ts';
import type { Thread } from '../../shared/model/thread.ts';
import type { CheckConclusion, CheckRunState, ChecksPort, ThreadsPort } from '../../shared/ports/forge.ts';
import { renderCheck, renderComment, renderIssue } from '../../shared/render/report.ts';

type Write = Place['write'];

/** How one kind of report is written to GitHub. Nothing is asked of GitHub before the first write. */
export function openPlace(step: Step, target: ReportTarget): Write {
  const forge = openForge(step, { signal: step.interruption.final });
  if (target === 'comment') return writeComment(step, forge);
  return target === 'check' ? writeCheck(step, forge) : writeIssue(step, forge);
}

/** The task that our own comments in this thread name: of this very run, or the last one. */
export async function findCommentedTask(step: Step, runReference?: string): Promise<CommentedTask | undefined> {
  const { inputs, environment } = step;
  const search = {
    thread: threadOf(step),
    secret: inputs.apiKey,
    key: commentKey(inputs, environment),
    ...(inputs.commentKey === '' ? { elseKeys: isKeyOfWorkflow } : {}),
  };
  const forge = openForge(step, { signal: step.interruption.final });
  return await findLastTask(forge, { ...search, ...(runReference === undefined ? {} : { runReference }) });
}

function writeComment(step: Step, forge: ThreadsPort): Write {
  const { inputs, log } = step;
  const mode = inputs.commentMode === 'new' ? 'new' : 'sticky';
  let written: PostedComment | undefined;
  return async (report) => {
    written = await upsertComment(forge, {
      thread: threadOf(step),
      secret: inputs.apiKey,
      payload: { ...written?.payload, ...payloadOf(step, report) },
      mode,
      // Once more: what made the text inert may have made a secret whole.
      body: (marker) => log.mask(renderComment(report, { marker })),
      ...(written === undefined ? {} : { knownCommentId: written.id }),
    });
    return written.url;
  };
}

/** A refusal fails the step, so it is red as well; nobody comes back to a check whose task is not waited for. */
function conclusionOf({ status, reason }: Report): CheckConclusion | undefined {
  if (reason === 'not_waited') return 'neutral';
  return status === 'refused' ? 'failure' : checkConclusion(status);
}

function writeCheck(step: Step, forge: ChecksPort): Write {
  const { inputs, facts, environment, state, log } = step;
  let known = state.read()?.checkRunId;
  const name = inputs.commentKey === '' ? 'Rebyte' : `Rebyte (${inputs.commentKey})`;
  return async (report) => {
    const conclusion = conclusionOf(report);
    const { title, summary } = renderCheck(report);
    const check: CheckRunState = {
      name,
      title: log.mask(title),
      summary: log.mask(summary),
      ...(conclusion === undefined
        ? { status: report.status === 'queued' ? 'queued' : 'in_progress' }
        : { status: 'completed', conclusion }),
      ...(report.taskUrl === undefined ? {} : { detailsUrl: report.taskUrl }),
      ...(report.taskId === undefined ? {} : { externalId: report.taskId }),
    };
    if (known !== undefined) return (await forge.updateCheck(repositoryOf(environment), known, check)).url;
    const created = await forge.createCheck(
      repositoryOf(environment),
      facts.plan?.headSha ?? state.read()?.headSha ?? environment.sha,
      check,
    );
    known = created.id;
    state.update({ checkRunId: known });
    return created.url;
  };
}

function writeIssue(step: Step, forge: ThreadsPort): Write {
  const { inputs, environment, log } = step;
  return async (report) => {
    // Findings stay until there are new ones; a run that failed is told by the step that fails.
    if (report.status !== 'succeeded') return undefined;
    const render = (marker: string): string => log.mask(renderIssue(report, { marker }));
    const outcome = await publishRollingIssue(forge, {
      repository: repositoryOf(environment),
      title: inputs.issueTitle || `Rebyte: ${environment.workflow || 'maintenance'}`,
      labels: inputs.issueLabels,
      secret: inputs.apiKey,
      // Known by its title and labels, so workflows with the same ones share it.
      payload: { ...payloadOf(step, report), key: inputs.commentKey || 'default' },
      result: report.result ?? '',
      body: render,
      comment: render,
    });
    return outcome.action === 'silent' ? undefined : outcome.url;
  };
}

function payloadOf({ inputs, environment, facts, state }: Step, { taskId }: Report): MarkerPayload {
  // The cleanup step has no plan, only what the killed step wrote down.
  const reference = facts.plan?.order.runReference ?? state.read()?.runReference;
  return {
    key: commentKey(inputs, environment),
    ...(taskId === undefined ? {} : { taskId }),
    ...(facts.task === undefined || facts.task.workspaceId === '' ? {} : { workspaceId: facts.task.workspaceId }),
    ...(reference === undefined ? {} : { runReference: reference }),
  };
}

/** Reports go to the workflow's own repository; its token reaches no other. */
function threadOf(step: Step): Thread {
  if (step.event.thread === undefined) throw new Error('This event has no issue or pull request.');
  return { ...repositoryOf(step.environment), number: step.event.thread };
}
