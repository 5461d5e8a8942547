import type { Environment } from '../environment.ts';
import type { ActionInputs } from '../inputs/parse-inputs.ts';

const OF_WORKFLOW = 'workflow:';

/**
 * What tells this step's sticky comment from others in the thread: the input `comment-key`, else the workflow's file and
 * the job, so that two workflows never write over each other's. The ref is left out: a pull request's comment stays the
 * same one when its branch moves.
 */
export function commentKey(
  { commentKey: given }: Pick<ActionInputs, 'commentKey'>,
  environment: Pick<Environment, 'repository' | 'workflow' | 'workflowRef' | 'job'>,
): string {
  if (given !== '') return given;
  const { repository, workflow, workflowRef, job } = environment;
  const [named = ''] = workflowRef.split('@refs/');
  const file = named.startsWith(`${repository}/`) ? named.slice(repository.length + 1) : named;
  return `${OF_WORKFLOW}${file || workflow}#${job}`;
}

/** Whether nobody chose the key: such comments of other workflows belong to the same conversation. */
export function isKeyOfWorkflow(key: string): boolean {
  return key.startsWith(OF_WORKFLOW);
}
