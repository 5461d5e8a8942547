import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measure } from '../measure.ts';
import { BUNDLE } from '../stage/action-process.ts';

/** What every job that uses the Action downloads. */
export const size: Measure = {
  name: 'size',
  title: 'Size of the bundle',
  run: async () => {
    const scripts = (await readdir(BUNDLE)).filter((name) => name.endsWith('.js'));
    const bytes = await Promise.all(scripts.map(async (name) => (await stat(join(BUNDLE, name))).size));
    const entry = bytes[scripts.indexOf('index.js')] ?? NaN;
    return [
      {
        name: 'all JavaScript',
        unit: 'KB',
        samples: [bytes.reduce((sum, each) => sum + each, 0) / 1024],
        budget: 1536,
      },
      { name: 'of it loaded before the first request', unit: 'KB', samples: [entry / 1024] },
    ];
  },
};
