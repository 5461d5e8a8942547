import type { Failure } from '../failure.ts';
import type { Plan } from './plan.ts';
import type { LogPort } from '../../shared/ports/log.ts';

/** Shows what would be sent. */
export function showDryRun(log: LogPort, { order, notes }: Plan): Failure {
  const lines = [
    'Dry run. This would be sent:',
    `  repository: ${order.repository}`,
    `  branch:     ${order.branch || '(the default of Rebyte: main)'}`,
    `  executor:   ${order.executor || '(the default of Rebyte)'}`,
    `  model:      ${order.model || '(the default of the executor)'}`,
    ...(order.skills.length === 0 ? [] : [`  skills:     ${order.skills.join(', ')}`]),
    ...(order.workspaceId === '' ? [] : [`  workspace:  ${order.workspaceId}`]),
    ...(order.computer === '' ? [] : [`  computer:   ${order.computer}`]),
    ...order.files.map((file) => `  file:       ${file.filename} (${file.size} bytes)`),
    ...notes.map((note) => `  note:       ${note}`),
    `  prompt (${order.prompt.length} characters):`,
    ...order.prompt.split('\n').map((line) => `    ${line}`),
  ];
  log.info(lines.join('\n'));
  return { reason: 'dry_run', message: 'Nothing was sent.' };
}
