/** The line with which an agent says that there is nothing to do; rolling issues stay silent then, and no report shows it. */
export const NOTHING_TO_DO = 'NOTHING_TO_DO';

const LAST_LINE = /(?:^|\n)[ \t]*[`*]{0,3}NOTHING_TO_DO[`*.]{0,4}\s*$/;

/** Does the result end with the marker? Agents like to format it, so code marks, emphasis and a full stop are overlooked. */
export function isNothingToDo(result: string): boolean {
  return LAST_LINE.test(result);
}

/** The result as people should read it. */
export function withoutNothingToDo(result: string): string {
  return result.replace(LAST_LINE, '');
}
