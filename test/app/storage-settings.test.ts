import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { storageFrom } from '../../app/storage-settings.ts';

test.each([
  [undefined, { kind: 'sqlite', path: resolve('data/rebyte.db') }],
  ['runs.db', { kind: 'sqlite', path: resolve('runs.db') }],
  ['/var/lib/rebyte/runs.db', { kind: 'sqlite', path: '/var/lib/rebyte/runs.db' }],
  ['file:runs.db', { kind: 'sqlite', path: resolve('runs.db') }],
  ['file:///var/lib/my%20runs.db', { kind: 'sqlite', path: '/var/lib/my runs.db' }],
  ['postgres://app:hush@db:5432/rebyte', { kind: 'postgres', url: 'postgres://app:hush@db:5432/rebyte' }],
  ['postgresql://db/rebyte?sslmode=require', { kind: 'postgres', url: 'postgresql://db/rebyte?sslmode=require' }],
  ['memory:', { kind: 'memory' }],
] as const)('DATABASE_URL=%s names its storage', (given, expected) => {
  expect(storageFrom(given)).toEqual(expected);
});

test.each([
  ['mysql://app:hush@db/rebyte', 'names nothing that is known'],
  ['postgres://app:hush@db', 'names no database of PostgreSQL'],
  ['postgres://app:hush@db:port/rebyte', 'names no database of PostgreSQL'],
  ['file://elsewhere/runs.db', 'names nothing that is known'],
])('DATABASE_URL=%s is refused with what to give, and without its password', (given, why) => {
  const refused = () => storageFrom(given);
  expect(refused).toThrow(why);
  expect(refused).toThrow('give a path or file: URL for SQLite');
  expect(refused).not.toThrow('hush');
});
