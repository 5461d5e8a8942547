import { describe, expect, test } from '@jest/globals';
import { commentSince, openingHash, openingSince } from '../../../../shared/domain/prompting/since-command.ts';
import { aTrigger } from '../../../support/records.ts';

const AT = Date.parse('2026-03-01T12:00:00Z');
const COMMENT = { id: 1, body: 'b', url: 'u', author: 'grace' };

describe('a comment', () => {
  test.each([
    ['was there and stayed as it was', AT - 2_000, AT - 2_000, undefined],
    ['was edited in the very second of the command', AT - 2_000, AT, undefined],
    ['was edited afterwards', AT - 2_000, AT + 1_000, 'edited after the command'],
    ['was written afterwards', AT + 1_000, AT + 1_000, 'written after the command'],
    ['has no times', undefined, undefined, undefined],
  ])('that %s is known as such', (_, createdAt, updatedAt, since) => {
    const times = { ...(createdAt !== undefined && { createdAt }), ...(updatedAt !== undefined && { updatedAt }) };
    // Our own clock says when the delivery came, which can be days later.
    const trigger = aTrigger({ happenedAt: AT, receivedAt: AT + 86_400_000 });
    expect(commentSince(trigger, { ...COMMENT, ...times })).toBe(since);
  });

  test('is compared with when the delivery came, where that does not say when it happened', () => {
    const trigger = aTrigger({ receivedAt: AT });
    expect(commentSince(trigger, { ...COMMENT, createdAt: AT - 1, updatedAt: AT + 1 })).toBe(
      'edited after the command',
    );
  });
});

describe('title and text', () => {
  const trigger = aTrigger({ openingSha256: openingHash('The build is slow', 'It takes\r\nan hour.\n') });

  test.each([
    ['are the same, but for how lines end', 'The build is slow', 'It takes\nan hour.', undefined],
    ['have another title', 'The build is slow!', 'It takes\nan hour.', 'edited after the command'],
    ['have another text', 'The build is slow', 'It takes two hours.', 'edited after the command'],
    ['have words moved between the two', 'The build is slow It', 'takes\nan hour.', 'edited after the command'],
  ])('that %s are known as such', (_, title, body, since) => {
    expect(openingSince(trigger, { title, body })).toBe(since);
  });

  test('are not judged when the delivery did not show them', () => {
    expect(openingSince(aTrigger(), { title: 'x', body: 'y' })).toBeUndefined();
  });
});
