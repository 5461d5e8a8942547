import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { attachmentLinks } from '../../../../shared/domain/submission/attachment-links.ts';

const FILES = 'https://github.com/user-attachments/files';

test('links to what people attached are found once each, without the dots that end a sentence', () => {
  const text = `See ${FILES}/1/a.log... and ${FILES}/1/a.log, not https://evil.example/user-attachments/files/2/b.`;
  expect(attachmentLinks(text)).toEqual({ links: [`${FILES}/1/a.log`], leftOut: 0 });
});

test('a link that could lead to another page of the host is none', () => {
  const tricks = [`${FILES}/../../settings`, `${FILES}/%2e%2e/settings`, `${FILES}/a%2fb`, `${FILES}/a%5cb`];
  expect(attachmentLinks(tricks.join(' '))).toEqual({ links: [], leftOut: 0 });
});

// Cutting off the last dots took time by the square of all of them: here, most of a minute.
test('a link of nothing but dots is read once', async () => {
  expect(attachmentLinks(`${FILES}/${'.'.repeat(100_000)}a`).links).toHaveLength(1);
  // Between the two, Jest's own timer notices that a test took too long.
  await setImmediate();
  await setImmediate();
}, 10_000);
