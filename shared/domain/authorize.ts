import { VERBS, type Verb } from '../model/command.ts';
import { ROLES, type RepositoryConfig, type Role } from '../model/repository-config.ts';
import type { Account, Trigger } from '../model/trigger.ts';
import type { PermissionsPort } from '../ports/forge.ts';
import { inlineCode } from '../render/inline.ts';
import { isLastingFailure } from './lasting-failure.ts';

export type RefusalReason = 'own_account' | 'bot_not_allowed' | 'not_a_person' | 'role_too_low' | 'role_unknown';

export type Authorization =
  | {
      readonly kind: 'allowed';
      /** For the receipt: a role of GitHub's, `member of org/team` or `allowed bot`. */
      readonly role: string;
      /** Whether this sender may also use another command: a verb, or one of the repository's own by its name. */
      readonly may: (command: string) => boolean;
    }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      /** Markdown: what is missing and what to do. */
      readonly message: string;
      /** The role as GitHub names it, for `role_too_low`. */
      readonly held?: string;
      /** Nobody is told: not ourselves, and no bot, because two bots could go on telling each other. */
      readonly quiet?: boolean;
    };

export interface AuthorizationRequest {
  readonly trigger: Pick<Trigger, 'repository' | 'sender'>;
  readonly verb: Verb | 'custom';
  /** Name of the repository's own command, for `custom`. */
  readonly custom?: string;
  /** Our own login. */
  readonly self: string;
}

/**
 * Whether the sender may give this command. People need a role on the repository, asked of GitHub now, or a team that the
 * configuration names; bots are known by their account's type and need the configuration's list. Nothing that a payload
 * claims about permissions counts, nor does a name's ending.
 *
 * @throws ForgeError when GitHub could not be asked for a reason that passes; ask again later. A lasting one is a refusal.
 */
export async function authorize(
  forge: PermissionsPort,
  config: RepositoryConfig,
  request: AuthorizationRequest,
): Promise<Authorization> {
  const { trigger, self } = request;
  const { sender } = trigger;
  if (isSame(sender.login, self)) return quietly('own_account', 'This is our own account.');
  if (sender.type === 'Bot') return authorizeBot(config, sender);
  if (sender.type !== 'User' || sender.login === '') {
    return quietly('not_a_person', `Accounts of type "${sender.type}" cannot give commands.`);
  }
  try {
    return await authorizePerson(forge, config, request);
  } catch (error) {
    if (!isLastingFailure(error)) throw error;
    const message = `GitHub did not say which role ${inlineCode(sender.login)} holds on this repository, so nothing was run: ${inlineCode(error.message, 500)}`;
    return { kind: 'refused', reason: 'role_unknown', message };
  }
}

/** The lowest role that may give a command: a verb, or one of the repository's own by its name. */
export function neededRole({ permission, permissions, commands }: RepositoryConfig, command: string): Role {
  const verb = VERBS.find((each) => each === command);
  if (verb !== undefined) return permissions[verb] ?? permission;
  return commands.find(({ name }) => name === command)?.permission ?? permission;
}

function quietly(reason: RefusalReason, message: string): Authorization {
  return { kind: 'refused', reason, message, quiet: true };
}

function authorizeBot({ allowedBots }: RepositoryConfig, { login }: Account): Authorization {
  // The account's type proves the bot; its `[bot]` is only spelling, and people leave it away.
  const plain = (name: string): string => name.replace(/\[bot\]$/i, '');
  if (allowedBots.some((name) => isSame(plain(name), plain(login)))) {
    return { kind: 'allowed', role: 'allowed bot', may: () => true };
  }
  return quietly('bot_not_allowed', `The bot ${inlineCode(login)} is not among the allowed bots of the configuration.`);
}

async function authorizePerson(
  forge: PermissionsPort,
  config: RepositoryConfig,
  { trigger, verb, custom }: AuthorizationRequest,
): Promise<Authorization> {
  const { repository, sender } = trigger;
  const name = custom ?? verb;
  const needed = neededRole(config, name);
  const { role, permission } = await forge.roleOf(repository, sender.login);
  // A role of the organization's own counts as the role it was built on.
  const held = roleNamed(role) ?? roleNamed(permission) ?? 'none';
  if (reaches(held, needed)) {
    return { kind: 'allowed', role, may: (command) => reaches(held, neededRole(config, command)) };
  }
  const { team, unknown } = await findTeam(forge, config, sender.login);
  if (team !== undefined) return { kind: 'allowed', role: `member of ${team}`, may: () => true };
  const message = [
    `${inlineCode(`/rebyte${name === 'run' ? '' : ` ${name}`}`)} needs the role ${inlineCode(needed)} on this repository${orTeam(config)}; ${inlineCode(sender.login)} holds ${inlineCode(role)}.`,
    'Ask somebody who has it to give the command.',
    ...unknown.map((error) => `A team could not be checked: ${inlineCode(error, 500)}`),
  ].join(' ');
  return { kind: 'refused', reason: 'role_too_low', message, held: role };
}

function orTeam({ allowedTeams }: RepositoryConfig): string {
  return allowedTeams.length === 0
    ? ''
    : ` or membership in ${allowedTeams.map((team) => inlineCode(team)).join(' or ')}`;
}

/** The first of the allowed teams that the person is in. A team that cannot be asked about proves nothing. */
async function findTeam(
  forge: PermissionsPort,
  { allowedTeams }: RepositoryConfig,
  login: string,
): Promise<{ team?: string; unknown: readonly string[] }> {
  const unknown: string[] = [];
  for (const team of allowedTeams) {
    const [org = '', slug = ''] = team.split('/');
    try {
      if (await forge.isTeamMember(org, slug, login)) return { team, unknown };
    } catch (error) {
      if (!isLastingFailure(error)) throw error;
      unknown.push(error.message);
    }
  }
  return { unknown };
}

function roleNamed(name: string): Role | undefined {
  return ROLES.find((role) => role === name);
}

function reaches(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
