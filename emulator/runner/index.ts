export { GITHUBS_GRACE, type Grace } from './step-process.ts';
export type { GitHubContext } from './github-context.ts';
export type { Annotation } from './step-output.ts';
export type { WorkflowCommand } from './workflow-command.ts';
export type { ActionResult, StepResult } from './result.ts';
export { runAction, startAction, type ActionOptions, type ActionRun } from './run-action.ts';
export type { UsesCall, UsesResult, UsesStub } from './uses-stub.ts';
