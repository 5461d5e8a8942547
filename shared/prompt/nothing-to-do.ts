/** The line with which an agent says that there is nothing to do; rolling issues stay silent then. */
export const NOTHING_TO_DO = 'NOTHING_TO_DO';

/** The sentence that teaches the agent the marker; belongs into the instructions. */
export function nothingToDoInstruction(): string {
  return `If there turns out to be nothing to do, end your answer with a line that holds exactly ${NOTHING_TO_DO} and nothing else.`;
}

/** Does the result end with the marker? Agents like to format it, so code marks, emphasis and a full stop are overlooked. */
export function isNothingToDo(result: string): boolean {
  const lastLine = result.trimEnd().split('\n').at(-1) ?? '';
  return lastLine.trim().replace(/^[`*]+|[`*.]+$/g, '') === NOTHING_TO_DO;
}
