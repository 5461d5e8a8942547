import { type Environment, readEnvironment } from './environment.ts';
import { WorkflowLog } from './log/workflow-log.ts';
import { run } from './run.ts';

/** The two things that action.yml starts: the step itself, and its second net. */
export async function main(mode: string): Promise<void> {
  const environment = readEnvironment(process.env);
  const log = new WorkflowLog(() => process.stdout);
  const succeeded = await start(mode, environment, log);
  // What still hangs (a keep-alive socket, a wait that nobody needs any more) must not hold the job up.
  process.stdout.write('', () => process.exit(succeeded ? 0 : 1));
}

async function start(mode: string, environment: Environment, log: WorkflowLog): Promise<boolean> {
  try {
    if (mode !== 'cleanup') return await run(environment, log);
    const { cleanUp } = await import('./clean-up.ts');
    await cleanUp(environment, log);
    return true;
  } catch (error) {
    log.error(
      `This is a defect of the Action, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return false;
  }
}
