import { z } from 'zod';
import { VERBS } from '../../model/command.ts';

/** As GitHub's JSON Schema dialects go: editors read it from docs/rebyte.schema.json. */
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const MAX_PROMPT_CHARS = 20_000;

const text = (maximum: number) => z.string().min(1).max(maximum);
const prompt = text(MAX_PROMPT_CHARS);
const name = z.string().regex(NAME, 'Names are lower-case letters, digits and hyphens, at most 40.');

const role = z
  .enum(['read', 'triage', 'write', 'maintain', 'admin'])
  .describe('A role on the repository. In a public repository everybody has `read`.');

const defaults = z
  .strictObject({
    executor: z.exactOptional(text(255)).describe('Which agent works: claude, codex, gemini, opencode, …'),
    model: z.exactOptional(text(255)).describe("The executor's model."),
    skills: z.exactOptional(z.array(text(255)).max(50)).describe('Skills that the agent may use, by name.'),
    computer: z.exactOptional(text(255)).describe('Agent Computer to work on, by name or id. Default: one of its own.'),
    visibility: z.exactOptional(z.enum(['private', 'shared', 'public'])).describe('Who may see a task on Rebyte.'),
  })
  .describe('What a run uses when the command has no flag for it.');

const work = {
  prompt: z.exactOptional(prompt).describe('What the agent is told.'),
  command: z.exactOptional(name).describe('Instead of `prompt`: one of `commands`, by name.'),
};

const command = z.strictObject({
  description: text(200).describe('Shown by `/rebyte help`.'),
  prompt: prompt.describe('What the agent is told; `{{ input }}` stands for what follows the command.'),
  permission: z.exactOptional(role).describe("Lowest role that may use it. Default: the file's `permission`."),
  defaults: z.exactOptional(defaults),
});

const schedule = z.strictObject({
  cron: text(100).describe('When, in five fields: minute, hour, day of month, month, day of week.'),
  timezone: z.exactOptional(text(64)).describe('IANA name of the time zone that `cron` is in. Default: UTC.'),
  ...work,
  report: z
    .exactOptional(
      z.strictObject({
        title: z.exactOptional(text(200)).describe('Title of the issue. Default: `Rebyte: ` and the name.'),
        labels: z.exactOptional(z.array(text(50)).max(10)).describe('Its labels. Default: `rebyte`.'),
      }),
    )
    .describe('The one issue that tells what came of it. None is opened when there is nothing to do.'),
});

function entries<T extends z.ZodType>(key: z.ZodString, value: T, maximum: number) {
  return z
    .record(key, value)
    .refine((map) => Object.keys(map).length <= maximum, `There are more than ${maximum} entries. Remove some.`);
}

/** `.github/rebyte.yml` as it is written. Unknown keys are errors. */
export const FILE_SCHEMA = z
  .strictObject({
    _extends: z
      .exactOptional(z.string().regex(/^(?:[\w.-]+\/)?[\w.-]+$/, 'Write `repository` or `owner/repository`.'))
      .describe('A repository of the same owner whose `.github/rebyte.yml` holds wherever this file says nothing.'),
    defaults: z.exactOptional(defaults),
    permission: z.exactOptional(role).describe('Lowest role that may give commands. Default: write.'),
    permissions: z
      .exactOptional(z.strictObject(Object.fromEntries(VERBS.map((verb) => [verb, z.exactOptional(role)]))))
      .describe('Roles of single commands, where they differ from `permission`.'),
    'allowed-bots': z
      .exactOptional(z.array(text(100)).max(50))
      .describe(
        'Bots that may give commands whatever their role, as GitHub shows them: `renovate[bot]`. Default: none.',
      ),
    'allowed-teams': z
      .exactOptional(z.array(z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'Write `organization/team`.')).max(20))
      .describe('Teams whose members may give commands whatever their role: `organization/team`. Default: none.'),
    computers: z
      .exactOptional(z.array(text(255)).max(50))
      .describe(
        'Agent Computers that `--computer` may name besides the default, by name or id; one that does not exist is made. Default: none.',
      ),
    commands: z
      .exactOptional(entries(name, command, 50))
      .describe("The repository's own commands, by name: `changelog` becomes `/rebyte changelog`."),
    labels: z
      .exactOptional(entries(text(50), z.strictObject(work), 50))
      .describe('What a label starts when it is put on an issue or pull request, by its name.'),
    schedules: z.exactOptional(entries(name, schedule, 20)).describe('What runs by itself, by name.'),
    budgets: z
      .exactOptional(
        z.strictObject({
          'runs-per-hour': z.exactOptional(z.int().min(1).max(1_000)).describe('Of the repository. Default: 30.'),
          'runs-per-hour-and-user': z
            .exactOptional(z.int().min(1).max(1_000))
            .describe('Of one person in it. Default: 10.'),
        }),
      )
      .describe('How many runs may start.'),
    check: z.exactOptional(z.boolean()).describe('A check run on pull requests. Default: true.'),
    share: z.exactOptional(z.boolean()).describe('Whether `/rebyte share` may make a task public. Default: true.'),
    'cancel-on-close': z
      .exactOptional(z.boolean())
      .describe('Whether closing an issue or pull request cancels its runs. Default: false.'),
    'on-moved-head': z
      .exactOptional(z.enum(['tell', 'refuse']))
      .describe(
        'What `review` and `fix` do when the head of the pull request has moved since the command, or cannot be known: `tell` starts them and says so in the report, `refuse` does not start them. Default: tell.',
      ),
    'timeout-minutes': z
      .exactOptional(z.int().min(1).max(1_440))
      .describe('Minutes after which a run is canceled. Default: 60.'),
  })
  .describe('Rebyte for GitHub, in `.github/rebyte.yml` of the default branch.');

export type ConfigFile = z.infer<typeof FILE_SCHEMA>;
