import { beforeEach, expect, test } from '@jest/globals';
import { BOT, FakeThreads, REPOSITORY } from './fake-threads.ts';
import { publishRollingIssue, type RollingIssueRequest } from '../../../shared/domain/rolling-issue.ts';

let threads: FakeThreads;
beforeEach(() => {
  threads = new FakeThreads();
});

const publish = async (result: string, over: Partial<RollingIssueRequest> = {}) =>
  await publishRollingIssue(threads, {
    repository: REPOSITORY,
    title: 'Nightly maintenance',
    labels: ['rebyte'],
    secret: 'rbk_secret',
    payload: { key: 'nightly', runReference: `rbr_${result}` },
    result,
    body: (marker) => `${result}\n\n${marker}`,
    comment: (marker) => `Changed: ${result}\n\n${marker}`,
    ...over,
  });

test('the first result opens the issue', async () => {
  expect(await publish('two TODOs')).toEqual({ action: 'created', number: 101, url: expect.any(String) });
  expect(threads.issues).toMatchObject([{ title: 'Nightly maintenance', labels: ['rebyte'] }]);
});

test('a changed result replaces the body and tells subscribers in a comment', async () => {
  await publish('two TODOs');
  expect(await publish('three TODOs')).toMatchObject({ action: 'updated', number: 101 });
  expect(threads.issues[0]?.body).toMatch(/^three TODOs\n/);
  expect(threads.comments.map(({ body }) => body.split('\n')[0])).toEqual(['Changed: three TODOs']);
});

test('every change is told in a comment of its own, because an edited comment notifies nobody', async () => {
  await publish('two TODOs');
  await publish('three TODOs');
  await publish('two TODOs');
  expect(threads.comments.map(({ body }) => body.split('\n')[0])).toEqual([
    'Changed: three TODOs',
    'Changed: two TODOs',
  ]);
});

test('the same result, but for blanks, is shown without a comment', async () => {
  await publish('two TODOs');
  expect(await publish('two  TODOs\n')).toMatchObject({ action: 'unchanged', number: 101 });
  expect(threads.writes).toEqual(['create issue 101', 'update issue 101']);
});

test('nothing to do writes nothing, with an issue and without', async () => {
  expect(await publish('NOTHING_TO_DO')).toEqual({ action: 'silent' });
  await publish('two TODOs');
  expect(await publish('All fine.\n\nNOTHING_TO_DO')).toEqual({ action: 'silent' });
  expect(threads.writes).toEqual(['create issue 101']);
});

test('an issue with the same title that is not ours stays as it is', async () => {
  await publish('two TODOs');
  const [own] = threads.issues;
  if (own === undefined) throw new Error('no issue');
  threads.issues = [
    { ...own, number: 1, author: 'mallory' },
    { ...own, number: 2, body: 'no marker', author: BOT },
    { ...own, number: 3, title: 'Other' },
  ];
  expect(await publish('three TODOs')).toMatchObject({ action: 'created' });
});

test('a lost answer does not open a second issue', async () => {
  threads.nextCreation = 'kept';
  expect(await publish('two TODOs')).toMatchObject({ action: 'created', number: 101 });
  expect(threads.issues).toHaveLength(1);
});

test('a run that dies between comment and body is finished by its re-run with one comment', async () => {
  await publish('two TODOs');
  const [before] = threads.issues;
  await publish('three TODOs');
  if (before !== undefined) threads.issues = [before];
  await publish('three TODOs');
  expect(threads.comments).toHaveLength(1);
});
