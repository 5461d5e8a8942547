// Jest transformer: esbuild strips the types and keeps ESM. Types are checked by `npm run check`.
import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

export default {
  getCacheKey: (source, file) => createHash('sha256').update(`${version}\0${file}\0`).update(source).digest('hex'),
  process: (source, file) =>
    transformSync(source, { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcefile: file }),
};
