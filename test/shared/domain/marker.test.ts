import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { makeMarker, verifyMarker, type MarkerPlace } from '../../../shared/domain/marker.ts';

const SECRET = 'rbk_secret';
const PLACE: MarkerPlace = { thread: { owner: 'acme', repo: 'app', number: 7 }, purpose: 'comment' };
const PAYLOAD = { key: 'ci', taskId: 'task_1', runReference: 'rbr_1', fingerprint: 'f' };

test('a marker brings its payload back from anywhere in a text', () => {
  const marker = makeMarker(PAYLOAD, PLACE, SECRET);
  expect(verifyMarker(`Text\n\n${marker}\r\nmore`, PLACE, SECRET)).toEqual(PAYLOAD);
});

test.each([
  ['another secret', PLACE, 'other'],
  ['another thread', { ...PLACE, thread: { ...PLACE.thread, number: 8 } }, SECRET],
  ['another repository', { ...PLACE, thread: { ...PLACE.thread, repo: 'other' } }, SECRET],
  ['another purpose', { ...PLACE, purpose: 'issue' as const }, SECRET],
])('a marker does not count for %s', (_name, place, secret) => {
  expect(verifyMarker(makeMarker(PAYLOAD, PLACE, SECRET), place, secret)).toBeUndefined();
});

test('of several secrets each proves a marker, and the first makes it', () => {
  const made = makeMarker(PAYLOAD, PLACE, ['new', 'old']);
  expect([verifyMarker(made, PLACE, 'new'), verifyMarker(made, PLACE, 'old')]).toEqual([PAYLOAD, undefined]);
  const before = makeMarker(PAYLOAD, PLACE, 'old');
  expect(verifyMarker(before, PLACE, ['new', 'old'])).toEqual(PAYLOAD);
  expect(verifyMarker(before, PLACE, ['new', 'older'])).toBeUndefined();
});

test('a repository renamed in case only keeps its markers', () => {
  const place = { ...PLACE, thread: { ...PLACE.thread, owner: 'Acme' } };
  expect(verifyMarker(makeMarker(PAYLOAD, PLACE, SECRET), place, SECRET)).toEqual(PAYLOAD);
});

test('a marker with one character changed does not count', () => {
  const marker = makeMarker(PAYLOAD, PLACE, SECRET);
  for (let index = '<!-- rebyte:'.length; index < marker.length - ' -->'.length; index++) {
    // The last character of a signature carries two bits that mean nothing.
    if (index === marker.length - ' -->'.length - 1) continue;
    const changed = marker.slice(0, index) + (marker[index] === 'A' ? 'B' : 'A') + marker.slice(index + 1);
    expect(verifyMarker(changed, PLACE, SECRET)).toBeUndefined();
  }
});

test('the last valid marker counts, not one that a result quotes before it', () => {
  const quoted = makeMarker({ key: 'old' }, PLACE, SECRET);
  const own = makeMarker({ key: 'new' }, PLACE, SECRET);
  const forged = makeMarker({ key: 'forged' }, PLACE, 'guess');
  expect(verifyMarker(`${quoted} ${own} ${forged}`, PLACE, SECRET)).toEqual({ key: 'new' });
});

test('an empty secret is a defect, not a marker', () => {
  expect(() => makeMarker(PAYLOAD, PLACE, '')).toThrow('needs a secret');
});

test('no value can end the comment or get lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (key, taskId) => {
      const marker = makeMarker({ key, taskId: `${taskId}-->` }, PLACE, SECRET);
      expect(marker.indexOf('-->')).toBe(marker.length - 3);
      expect(verifyMarker(marker, PLACE, SECRET)).toEqual({ key, taskId: `${taskId}-->` });
    }),
  );
});

test('any text is searched without error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => expect(verifyMarker(`${text}<!-- rebyte:1:a`, PLACE, SECRET)).toBeUndefined()),
  );
});
