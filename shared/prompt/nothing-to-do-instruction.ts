import { NOTHING_TO_DO } from '../model/nothing-to-do.ts';

/** The sentence that teaches the agent the marker of {@link NOTHING_TO_DO}; belongs into the instructions. */
export function nothingToDoInstruction(): string {
  return `If there turns out to be nothing to do, end your answer with a line that holds exactly ${NOTHING_TO_DO} and nothing else.`;
}
