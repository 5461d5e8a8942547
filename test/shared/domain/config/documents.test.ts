import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { FLAG_NAMES } from '../../../../shared/domain/commands/read-head.ts';
import { completeConfig } from '../../../../shared/domain/config/complete-config.ts';
import { checkConfig } from '../../../../shared/domain/config/check-config.ts';
import { DEFAULT_CONFIG } from '../../../../shared/domain/config/defaults.ts';
import { FILE_SCHEMA } from '../../../../shared/domain/config/file-schema.ts';
import { parseConfig } from '../../../../shared/domain/config/parse-config.ts';
import { VERBS } from '../../../../shared/model/command.ts';
import { renderHelp } from '../../../../shared/render/help.ts';

function read(path: string): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
}

const example = /```yaml\n([^]*?)```/.exec(read('docs/configuration.md'))?.[1] ?? '';
const schema = JSON.parse(read('docs/rebyte.schema.json'));

describe('docs/rebyte.schema.json', () => {
  test('is what `npm run generate` makes of the code', () => {
    expect(schema).toEqual(z.toJSONSchema(FILE_SCHEMA, { io: 'input' }));
  });

  test('describes every key of the file', () => {
    for (const [key, value] of Object.entries<{ description?: string }>(schema.properties))
      expect([key, value.description]).toEqual([key, expect.stringMatching(/\.$/)]);
  });

  test('accepts the example, and refuses what the App refuses', () => {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(parse(example))).toBe(true);
    expect(validate({ permision: 'write' })).toBe(false);
    expect(validate({ permission: 'none' })).toBe(false);
  });
});

describe('the example in docs/configuration.md', () => {
  const parsed = parseConfig(example);
  const file = parsed.kind === 'parsed' ? parsed.file : {};

  test('is a config without a problem', () => {
    expect(parsed).toMatchObject({ kind: 'parsed' });
    expect(checkConfig(completeConfig(file))).toEqual([]);
  });

  test('uses every key', () => {
    expect(Object.keys(file).sort()).toEqual(Object.keys(FILE_SCHEMA.shape).sort());
  });

  test('names the defaults that hold', () => {
    const { check, share, 'cancel-on-close': cancelOnClose, 'timeout-minutes': timeoutMinutes, permission } = file;
    expect(DEFAULT_CONFIG).toMatchObject({ check, share, cancelOnClose, timeoutMinutes, permission });
    expect(DEFAULT_CONFIG.onMovedHead).toBe(file['on-moved-head']);
    expect(completeConfig(file).budgets).toEqual(DEFAULT_CONFIG.budgets);
  });
});

test('docs/commands.md and the help name every verb and flag', () => {
  const commands = read('docs/commands.md');
  const help = renderHelp(DEFAULT_CONFIG, { role: 'admin', may: () => true });
  for (const verb of VERBS) expect(commands).toContain(`/rebyte ${verb}`);
  for (const name of FLAG_NAMES) for (const text of [commands, help]) expect(text).toContain(`| \`--${name}`);
});
