import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parseOptions } from '../../demo/options.ts';
import { preflight } from '../../demo/preflight.ts';

test('says how to make dist when it is missing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-preflight-'));
  try {
    await expect(preflight(folder)).rejects.toThrow(/dist\/action\/index\.js is missing.*npm run build/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('refuses an argument it does not know, and says what there is', () => {
  expect(() => parseOptions(['--kepe'])).toThrow(/'--kepe'[^]*npm run demo -- --keep/);
});
