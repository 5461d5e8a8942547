import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Largest step summary, in bytes: a larger one is dropped as a whole. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The files a step writes to, as environment variables name them. */
export interface CommandFiles {
  readonly GITHUB_OUTPUT: string;
  readonly GITHUB_ENV: string;
  readonly GITHUB_PATH: string;
  readonly GITHUB_STATE: string;
  readonly GITHUB_STEP_SUMMARY: string;
}

export interface FileCommandResults {
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly summary: string;
  /** What the runner says about files it cannot read; `failsStep` when the step fails for it. */
  readonly errors: readonly { readonly message: string; readonly failsStep: boolean }[];
}

/** Five empty files for one step. */
export function createCommandFiles(temp: string, index: number): CommandFiles {
  const folder = path.join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const create = (prefix: string) => {
    const file = path.join(folder, `${prefix}_${index}`);
    writeFileSync(file, '');
    return file;
  };
  return {
    GITHUB_OUTPUT: create('set_output'),
    GITHUB_ENV: create('set_env'),
    GITHUB_PATH: create('add_path'),
    GITHUB_STATE: create('save_state'),
    GITHUB_STEP_SUMMARY: create('step_summary'),
  };
}

export function readCommandFiles(files: CommandFiles): FileCommandResults {
  const errors: { message: string; failsStep: boolean }[] = [];
  const pairs = (name: string, file: string): Record<string, string> => {
    try {
      return parseKeyValues(textOf(file));
    } catch (error) {
      errors.push({ message: `Unable to process file command '${name}' successfully.`, failsStep: true });
      errors.push({ message: error instanceof Error ? error.message : String(error), failsStep: true });
      return {};
    }
  };
  const { NODE_OPTIONS: refused, ...env } = pairs('env', files.GITHUB_ENV);
  if (refused !== undefined) {
    const message = "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.";
    errors.push({ message, failsStep: false });
  }
  const outputs = pairs('output', files.GITHUB_OUTPUT);
  pairs('state', files.GITHUB_STATE);
  const paths = textOf(files.GITHUB_PATH).split(/\r?\n/).filter(Boolean);
  const size = sizeOf(files.GITHUB_STEP_SUMMARY);
  if (size > MAX_SUMMARY_BYTES) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.floor(size / 1024)}k.`;
    errors.push({ message, failsStep: false });
  }
  const summary = size > MAX_SUMMARY_BYTES ? '' : textOf(files.GITHUB_STEP_SUMMARY);
  return { outputs, env, paths, summary, errors };
}

/**
 * `NAME=VALUE` lines and `NAME<<DELIMITER` blocks.
 * @throws {Error} with the runner's words about the first line it cannot read
 */
export function parseKeyValues(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  // What follows the last newline is a line only if there is something.
  if (lines.at(-1) === '') lines.pop();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      found[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc >= 0) {
      const delimiter = line.slice(heredoc + 2);
      if (heredoc === 0 || delimiter === '') {
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      }
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      found[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return found;
}

/** A step may have removed its file: then it said nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
