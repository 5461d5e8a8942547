import { begin } from './begin.ts';
import { readEnvironment } from './environment.ts';
import { WorkflowLog } from './log/workflow-log.ts';

/** The two things that action.yml starts: the step itself, and its second net. */
export async function main(mode: string): Promise<void> {
  const log = new WorkflowLog(process.stdout);
  const environment = readEnvironment(process.env);
  const succeeded = await start(mode, environment, log);
  // What still hangs (a keep-alive socket, a wait that nobody needs any more) must not hold the job up.
  process.stdout.write('', () => process.exit(succeeded ? 0 : 1));
}

async function start(
  mode: string,
  environment: ReturnType<typeof readEnvironment>,
  log: WorkflowLog,
): Promise<boolean> {
  try {
    if (mode === 'cleanup') {
      const { cleanUp } = await import('./clean-up.ts');
      await cleanUp(environment, log);
      return true;
    }
    const beginning = begin(environment);
    const { run } = await import('./run.ts');
    return await run(environment, log, beginning);
  } catch (error) {
    log.error(
      `This is a defect of the Action, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return false;
  }
}
