import type { Person } from './people-behind.ts';
import { sameName } from '../checkout/event.ts';
import { repositoryOf } from '../environment.ts';
import { InputError } from '../inputs/input-error.ts';
import { openForge, OWN_BOT } from '../open-forge.ts';
import { Refusal } from '../refusal.ts';
import type { Step } from '../step.ts';
import { authorize, type Authorization, type RefusalReason } from '../../shared/domain/authorize.ts';
import { DEFAULT_CONFIG } from '../../shared/domain/config/defaults.ts';
import { authorPermissions } from '../../shared/domain/prompting/author-permissions.ts';
import { ForgeError } from '../../shared/ports/forge-error.ts';
import type { Forge } from '../../shared/ports/forge.ts';
import { inlineCode } from '../../shared/render/inline.ts';

/** As much of a step as is needed. */
export type Asking = Pick<Step, 'inputs' | 'environment' | 'interruption' | 'log'>;

/** A stranger's comment must not hold a runner for as long as GitHub's limits last. */
const WAIT_BUDGET_MS = 60_000;

export interface Parties {
  /** Who has to hold the role. */
  readonly people: readonly Person[];
  /** Logins of those whose texts the agent will read; their roles are asked for and change nothing. '' is a ghost. */
  readonly authors: readonly string[];
}

export interface Authorized {
  /** The roles of the people, for the receipt. */
  readonly receipt: string;
  /** What the author of a text may do on the repository, in words. */
  readonly permissionOf: (login: string) => string;
}

/**
 * Asks GitHub whether everybody behind an event may start the step, by the rule that the App has. A re-run asks again,
 * about the same people: whoever starts it needs write access for that, but the words are still another's.
 *
 * @throws Refusal `permission_too_low` for whoever may not, `github_failed` when GitHub does not say; InputError when there
 *   is no token to ask with.
 */
export async function authorizeEvent(step: Asking, { people, authors }: Parties): Promise<Authorized> {
  const { inputs, environment, interruption } = step;
  if (inputs.githubToken === '') {
    throw new InputError(
      'permission',
      `is "${inputs.permission}", which needs \`github-token\` to ask GitHub who may start the step; pass one, or set \`none\` to let anybody`,
    );
  }
  const forge = openForge(step, { signal: interruption.signal, waitBudgetMs: WAIT_BUDGET_MS });
  const known = new Map<string, string>();
  for (const person of people) known.set(person.account.login, await roleOf(step, forge, person));
  const roles = [...known].map(([login, role]) => (sameName(login, environment.actor) ? role : `${login}: ${role}`));
  const permissionOf = await authorPermissions(forge, { repository: repositoryOf(environment), known }, authors);
  return { receipt: roles.join(', '), permissionOf };
}

async function roleOf(step: Asking, forge: Forge, person: Person): Promise<string> {
  const answer = await ask(step, forge, person);
  if (answer.kind === 'refused') throw refusalOf(step, person, answer);
  if (person.account.type === 'Bot') await refuseOurselves(step, forge, person);
  return answer.role;
}

async function ask({ inputs, environment }: Asking, forge: Forge, { account }: Person): Promise<Authorization> {
  const { permission, allowedBots } = inputs;
  const trigger = { repository: repositoryOf(environment), sender: account };
  try {
    const rules = { ...DEFAULT_CONFIG, permission, allowedBots };
    return await authorize(forge, rules, { trigger, verb: 'run', self: OWN_BOT });
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    const message = `GitHub did not say which role ${inlineCode(account.login)} holds, so nothing was started: ${error.message}`;
    throw new Refusal('github_failed', message, { cause: error, remedy: 'Re-run the job once GitHub answers.' });
  }
}

/** With an App's token the reports are that App's, and a list that names it would let it answer itself for ever. */
async function refuseOurselves({ environment }: Asking, forge: Forge, { account, part }: Person): Promise<void> {
  if (environment.ownToken) return;
  const viewer = await forge.viewer();
  if (viewer !== undefined && !sameName(viewer, account.login)) return;
  const whose = viewer === undefined ? 'may be the account of' : 'is the account of';
  throw new Refusal('permission_too_low', `${named(account.login)}, ${part}, ${whose} \`github-token\` itself.`, {
    remedy: 'Use the job’s own `github.token`, or take the bot out of `allowed-bots`.',
  });
}

function refusalOf(
  { inputs, environment }: Asking,
  { account, part }: Person,
  { reason, held = '', message: why }: Extract<Authorization, { kind: 'refused' }>,
): Refusal {
  const who = `${named(account.login)}, ${part},`;
  const told: Readonly<Record<RefusalReason, { readonly message: string; readonly remedy?: string }>> = {
    role_too_low: {
      message: `${who} holds the role ${inlineCode(held)} on ${environment.repository}, and this step needs ${inlineCode(inputs.permission)}.`,
    },
    bot_not_allowed: {
      message: `${who} is a bot that \`allowed-bots\` does not name.`,
      remedy: 'Name it there if everybody who can make it act may start a task.',
    },
    own_account: {
      message: `${who} is the account that workflows write with.`,
      remedy: 'No setting lets it start a task, because it would answer itself.',
    },
    not_a_person: {
      message: `${who} is no person’s account that exists (its type is ${inlineCode(account.type || 'none')}).`,
    },
    role_unknown: {
      message: why,
      remedy: 'Pass a `github-token` that may ask: the job’s own may, another needs write access to the repository.',
    },
  };
  const { message, ...options } = told[reason];
  return new Refusal(reason === 'role_unknown' ? 'github_failed' : 'permission_too_low', message, options);
}

function named(login: string): string {
  return login === '' ? 'A deleted account' : inlineCode(login);
}
