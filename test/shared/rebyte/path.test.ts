import { expect, test } from '@jest/globals';
import { ValidationError } from '../../../shared/rebyte/index.ts';
import { path } from '../../../shared/rebyte/path.ts';

test('a value becomes exactly one encoded segment', () => {
  expect(path`/tasks/${'a b?c#d%'}/events`).toBe('/tasks/a%20b%3Fc%23d%25/events');
  expect(path`/workspaces/${'w'}/artifacts/${'ünï.pdf'}`).toBe('/workspaces/w/artifacts/%C3%BCn%C3%AF.pdf');
});

test.each(['', '.', '..', 'a/b', '../x', 'a\\b', undefined, null, 7])(
  '%j is refused, with the resource named',
  (value) => {
    const build = () => path`/tasks/${value as string}/events`;
    expect(build).toThrow(ValidationError);
    expect(build).toThrow('/tasks');
  },
);
