import { expect, test } from '@jest/globals';
import { opsCommandFrom } from '../../../app/ops/command.ts';

test.each([
  ['', { verb: 'help' }],
  ['dead --help', { verb: 'help' }],
  ['dead', { verb: 'list' }],
  ['dead list', { verb: 'list' }],
  ['dead show 7', { verb: 'show', id: '7' }],
  ['dead replay 7 8', { verb: 'replay', ids: ['7', '8'] }],
  ['dead drop --all', { verb: 'drop', ids: 'all' }],
] as const)('"%s" is understood', (typed, command) => {
  expect(opsCommandFrom(typed.split(' ').filter(Boolean))).toEqual({ command });
});

test('another address is taken along', () => {
  expect(opsCommandFrom(['dead', '--url', 'http://10.0.0.7:9464'])).toEqual({
    command: { verb: 'list' },
    url: 'http://10.0.0.7:9464',
  });
});

test.each([
  ['runs', '"runs" is not known: say `dead`'],
  ['dead bury', '"bury" is not known: say list, show, replay or drop'],
  ['dead show', '`dead show` takes one id'],
  ['dead show 1 2', '`dead show` takes one id'],
  ['dead drop', 'takes ids, as `dead` lists them, or --all'],
  ['dead replay 7 --all', 'takes ids, as `dead` lists them, or --all'],
  ['dead --force', '--force'],
])('"%s" is refused with what to say', (typed, why) => {
  expect(() => opsCommandFrom(typed.split(' '))).toThrow(why);
});
