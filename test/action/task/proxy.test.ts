import { expect, test } from '@jest/globals';
import { bypassesProxy } from '../../../action/task/proxy.ts';

test.each([
  ['https://api.rebyte.ai/v1', '', false],
  ['https://api.rebyte.ai/v1', '*', true],
  ['https://api.rebyte.ai/v1', 'rebyte.ai', true],
  ['https://api.rebyte.ai/v1', '.rebyte.ai', true],
  ['https://api.rebyte.ai/v1', 'byte.ai', false],
  ['https://api.rebyte.ai/v1', 'api.rebyte.ai:443', true],
  ['https://api.rebyte.ai/v1', 'api.rebyte.ai:8443', false],
  ['http://127.0.0.1:4000/v1', '', true],
])('%s with no_proxy=%j goes past the proxy: %s', (url, noProxy, bypasses) => {
  expect(bypassesProxy(new URL(url), noProxy)).toBe(bypasses);
});
