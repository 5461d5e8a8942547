// Writes shared/rebyte/schema.ts from shared/rebyte/openapi.yaml. `--check` writes nothing and fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const source = new URL('../shared/rebyte/openapi.yaml', import.meta.url);
const target = new URL('../shared/rebyte/schema.ts', import.meta.url);

const generated = COMMENT_HEADER + astToString(await openapiTS(source));

if (!process.argv.includes('--check')) {
  writeFileSync(target, generated);
} else if (readFileSync(target, 'utf8') !== generated) {
  console.error('shared/rebyte/schema.ts is not what openapi.yaml says: run `npm run generate` and commit it.');
  process.exitCode = 1;
}
