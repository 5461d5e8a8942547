import { expect, test } from '@jest/globals';
import { EventWindow } from '../../../shared/rebyte/event-window.ts';

const event = (rest: object) => ({ eventType: 'text', payload: {}, ...rest });

test('a key identifies an event, whatever its number', () => {
  const window = new EventWindow();
  expect(window.admits(event({ eventKey: 'a', seq: 1 }))).toBe(true);
  expect(window.admits(event({ eventKey: 'a', seq: 9 }))).toBe(false);
  expect(window.admits(event({ eventKey: 'b', seq: 1 }))).toBe(true);
});

test('without a key, prompt and number do', () => {
  const window = new EventWindow();
  expect(window.admits(event({ promptId: 'p', seq: 2 }))).toBe(true);
  expect(window.admits(event({ promptId: 'p', seq: 1 }))).toBe(true);
  expect(window.admits(event({ promptId: 'p', seq: 2 }))).toBe(false);
  expect(window.admits(event({ promptId: 'q', seq: 2 }))).toBe(true);
});

test('an event with neither always passes', () => {
  const window = new EventWindow();
  expect([1, 2].map(() => window.admits(event({})))).toEqual([true, true]);
});

test('a replay of any length is recognised by number, although only the last numbers are remembered', () => {
  const window = new EventWindow();
  const numbers = Array.from({ length: 50_000 }, (_, seq) => event({ promptId: 'p', seq }));
  expect(numbers.every((each) => window.admits(each))).toBe(true);
  expect(numbers.some((each) => window.admits(each))).toBe(false);
  expect(window.admits(event({ promptId: 'p', seq: 50_000 }))).toBe(true);
});

test('long keys do not grow the memory without bound', () => {
  const window = new EventWindow();
  const long = 'k'.repeat(1_000_000);
  for (let i = 0; i < 20; i += 1) window.admits(event({ eventKey: `${i}${long}` }));
  expect(window.admits(event({ eventKey: `19${long}` }))).toBe(false);
  expect(window.admits(event({ eventKey: `0${long}` }))).toBe(true);
});
