import { expect, test } from '@jest/globals';
import { isNothingToDo } from '../../../shared/model/nothing-to-do.ts';
import { nothingToDoInstruction } from '../../../shared/prompt/nothing-to-do-instruction.ts';

test.each(['NOTHING_TO_DO', 'I looked everywhere.\n\nNOTHING_TO_DO\n', '`NOTHING_TO_DO`', '**NOTHING_TO_DO**.'])(
  '%j says that there is nothing to do',
  (result) => expect(isNothingToDo(result)).toBe(true),
);

test.each(['', 'There is nothing to do', 'NOTHING_TO_DO\nexcept this', 'NOTHING_TO_DO_YET'])('%j does not', (result) =>
  expect(isNothingToDo(result)).toBe(false),
);

test('the instruction teaches the marker that is recognised', () => {
  expect(isNothingToDo(/[A-Z]+(?:_[A-Z]+)+/.exec(nothingToDoInstruction())?.[0] ?? '')).toBe(true);
});
