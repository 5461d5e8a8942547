import { begin, type Beginning } from './begin.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { WorkflowLog } from './log/workflow-log.ts';

/** The two things that action.yml starts: the step itself, and its second net. */
export async function main(mode: string): Promise<void> {
  const environment = readEnvironment(process.env);
  // Before all else, even before there is a log: git is what takes longest, and works beside us.
  const beginning = mode === 'cleanup' ? undefined : begin(environment);
  const log = new WorkflowLog(process.stdout);
  const succeeded = await start(environment, log, beginning);
  // What still hangs (a keep-alive socket, a wait that nobody needs any more) must not hold the job up.
  process.stdout.write('', () => process.exit(succeeded ? 0 : 1));
}

async function start(environment: Environment, log: WorkflowLog, beginning: Beginning | undefined): Promise<boolean> {
  try {
    if (beginning === undefined) {
      const { cleanUp } = await import('./clean-up.ts');
      await cleanUp(environment, log);
      return true;
    }
    const { run } = await import('./run.ts');
    return await run(environment, log, beginning);
  } catch (error) {
    log.error(
      `This is a defect of the Action, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return false;
  }
}
