import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { sqlitePathFrom } from '../../../app/sqlite/sqlite-path.ts';

test.each([
  ['file:///var/lib/rebyte/my%20runs.db', '/var/lib/rebyte/my runs.db'],
  ['file:/var/lib/rebyte.db', '/var/lib/rebyte.db'],
  ['/var/lib/rebyte.db', '/var/lib/rebyte.db'],
  ['file:data/rebyte.db', resolve('data/rebyte.db')],
  ['data/rebyte.db', resolve('data/rebyte.db')],
])('%s names the file %s', (url, path) => {
  expect(sqlitePathFrom(url)).toBe(path);
});

test.each(['postgres://localhost/rebyte', 'mysql://x', 'file://elsewhere/rebyte.db', 'file:', ''])(
  '"%s" names no file of this machine',
  (url) => {
    expect(sqlitePathFrom(url)).toBeUndefined();
  },
);
