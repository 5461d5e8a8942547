import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ApiError } from '../api-error.ts';
import type { Settings } from '../options.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { demo, demoScript } from './demo.ts';
import { type Executor, EXECUTOR_NAMES, type ExecutorName, isExecutorName } from './executor.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';

const EXECUTORS: Readonly<Record<ExecutorName, Executor>> = { demo, claude, codex, gemini, opencode };

/** An executor together with the program that runs it. */
export interface RunnableExecutor {
  /** As asked for. */
  readonly name: ExecutorName;
  readonly executor: Executor;
  readonly file: string;
  readonly leadingArguments: readonly string[];
}

/**
 * The executor that runs for a name. When none is named it is `demo`, where the real API takes `claude`. A CLI that is
 * not on PATH is refused with `agent_disabled`: the demo agent never passes for another unless it was told to.
 */
export async function findExecutor(settings: Settings, requested = 'demo'): Promise<RunnableExecutor> {
  if (!isExecutorName(requested)) {
    throw new ApiError(
      'validation_error',
      `executor ${JSON.stringify(requested)} is none of ${EXECUTOR_NAMES.join(', ')}`,
    );
  }
  const executor = EXECUTORS[settings.executors[requested] ?? requested];
  const { cli, install } = executor;
  if (cli === undefined) {
    const script = await demoScript(settings.directory);
    return { name: requested, executor, file: process.execPath, leadingArguments: [script] };
  }
  const file = await onPath(cli);
  if (file !== undefined) return { name: requested, executor, file, leadingArguments: [] };
  throw new ApiError(
    'agent_disabled',
    `executor ${requested} needs the \`${cli}\` command on PATH (${install ?? 'install it'}); ` +
      `or use executor "demo", or start the emulator with --demo-for ${requested}`,
  );
}

async function onPath(command: string): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, command + ending);
      const found =
        folder !== '' &&
        (await access(file, constants.X_OK).then(
          () => true,
          () => false,
        ));
      if (found) return file;
    }
  }
  return undefined;
}
