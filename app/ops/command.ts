import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { DeadLetter } from '../../shared/ports/jobs.ts';
import { MAX_IDS, OPS_PATHS } from './ops-routes.ts';
import { renderLetter, renderLetters } from './render-letters.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** The App made the letters, and nothing here relies on what is in their jobs. */
const LETTERS = z.object({
  letters: z.array(
    z.custom<DeadLetter>(
      (letter) => z.object({ id: z.string(), job: z.object({ kind: z.string() }) }).safeParse(letter).success,
    ),
  ),
});
const CHANGED = z.object({ done: z.array(z.string()), missing: z.array(z.string()) });

export const OPS_HELP = `Looks after jobs that failed too often. The App has to be running, with the same environment.

  npm run ops -- dead                     the dead letters, a line each
  npm run ops -- dead show ID             one of them, whole
  npm run ops -- dead replay ID... | --all    puts them back in their queue
  npm run ops -- dead drop ID... | --all      forgets them

  --url http://HOST:PORT   where the App's metrics are; default: METRICS_HOST and METRICS_PORT
`;

/** What was typed cannot be carried out; the message says why. */
export class OpsError extends Error {
  override readonly name = 'OpsError';
}

export interface OpsTarget {
  /** Of the App's metrics server. */
  readonly url: string;
  readonly token: string;
}

export type OpsCommand =
  | { readonly verb: 'help' }
  | { readonly verb: 'list' }
  | { readonly verb: 'show'; readonly id: string }
  | { readonly verb: 'replay' | 'drop'; readonly ids: readonly string[] | 'all' };

/**
 * Reads what was typed after `npm run ops --`.
 *
 * @throws OpsError
 */
export function opsCommandFrom(args: readonly string[]): { readonly command: OpsCommand; readonly url?: string } {
  const options = { all: { type: 'boolean' }, url: { type: 'string' }, help: { type: 'boolean' } } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new OpsError(messageOf(error), { cause: error });
  }
  const { values, positionals } = parsed;
  const command = values.help === true ? ({ verb: 'help' } as const) : commandIn(positionals, values.all === true);
  return { command, ...(values.url !== undefined && { url: values.url }) };
}

function commandIn([topic, verb = 'list', ...ids]: readonly string[], all: boolean): OpsCommand {
  if (topic === undefined) return { verb: 'help' };
  if (topic !== 'dead') throw new OpsError(`"${topic}" is not known: say \`dead\`.`);
  if (verb === 'list') return { verb };
  if (verb === 'show') {
    const [id] = ids;
    if (id === undefined || ids.length > 1) throw new OpsError('`dead show` takes one id, as `dead` lists them.');
    return { verb, id };
  }
  if (verb !== 'replay' && verb !== 'drop')
    throw new OpsError(`"${verb}" is not known: say list, show, replay or drop.`);
  if (all === ids.length > 0) throw new OpsError(`\`dead ${verb}\` takes ids, as \`dead\` lists them, or --all.`);
  return { verb, ids: all ? 'all' : ids };
}

/**
 * Carries a command out at the running App and returns what to print.
 *
 * @throws OpsError when there is no App, it lets nobody in, or there is no such letter
 */
export async function runOpsCommand(
  command: Exclude<OpsCommand, { verb: 'help' }>,
  target: OpsTarget,
): Promise<string> {
  const { letters } = await ask(target, { path: OPS_PATHS.list, answer: LETTERS });
  if (command.verb === 'list') return renderLetters(letters);
  if (command.verb === 'show') {
    const letter = letters.find(({ id }) => id === command.id);
    if (letter === undefined) throw unknown([command.id]);
    return renderLetter(letter);
  }
  const ids = command.ids === 'all' ? letters.map(({ id }) => id) : command.ids;
  const done: string[] = [];
  const missing: string[] = [];
  for (let from = 0; from < ids.length; from += MAX_IDS) {
    const body = { ids: ids.slice(from, from + MAX_IDS) };
    const changed = await ask(target, { path: OPS_PATHS[command.verb], answer: CHANGED, body });
    done.push(...changed.done);
    missing.push(...changed.missing);
  }
  const said = `${command.verb === 'replay' ? 'Put back' : 'Forgotten'}: ${done.length === 0 ? 'none' : done.join(', ')}`;
  // One that is gone since it was listed is no mistake of whoever said --all.
  if (missing.length > 0 && command.ids !== 'all') throw new OpsError(`${unknown(missing).message} ${said}.`);
  return `${said}\n`;
}

function unknown(ids: readonly string[]): OpsError {
  return new OpsError(`There is no dead letter ${ids.join(', ')}. \`npm run ops -- dead\` lists those there are.`);
}

interface Question<T> {
  readonly path: string;
  readonly answer: z.ZodType<T>;
  readonly body?: object;
}

async function ask<T>({ url, token }: OpsTarget, { path, answer, body }: Question<T>): Promise<T> {
  const post = { method: 'POST', body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { headers, ...(body !== undefined && post) }).catch(
    (cause: unknown) => {
      throw new OpsError(`No App answers at ${url}. Start it, or say where its metrics are with --url.`, { cause });
    },
  );
  if (response.status === 401)
    throw new OpsError(`The App at ${url} has another WEBHOOK_SECRET. Start this command with its environment.`);
  if (!response.ok) throw new OpsError(`The App at ${url} answers ${response.status}: ${await response.text()}`);
  const read = answer.safeParse(await response.json().catch(() => undefined));
  if (!read.success)
    throw new OpsError(`What answers at ${url} is no App of this release: say where its metrics are with --url.`);
  return read.data;
}
