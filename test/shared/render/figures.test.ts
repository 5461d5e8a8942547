import { expect, test } from '@jest/globals';
import { formatDuration } from '../../../shared/render/duration.ts';
import { formatFileSize } from '../../../shared/render/file-size.ts';

test.each([
  [0, '0.0 s'],
  [450, '0.4 s'],
  [12_999, '12 s'],
  [60_000, '1 min'],
  [125_400, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_780_000, '1 h 3 min'],
  [Number.NaN, ''],
])('%d ms is %j', (ms, expected) => expect(formatDuration(ms)).toBe(expected));

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KB'],
  [1512, '1.5 KB'],
  [9_960, '10 KB'],
  [999_600, '1.0 MB'],
  [48_000_000, '48 MB'],
  [5e12, '5000 GB'],
])('%d bytes are %j', (bytes, expected) => expect(formatFileSize(bytes)).toBe(expected));
