import type { World } from '../api.ts';
import { blankPayload } from '../contract/blank.ts';
import { isObject, type JsonObject } from '../contract/json-schema.ts';
import { presentInstallation } from '../present/installation.ts';
import { presentOrganization } from '../present/organization.ts';
import { presentRepository } from '../present/repository.ts';
import { nodeId, presentUser } from '../present/user.ts';
import type { Installation, Repository } from '../state.ts';
import type { Happening } from './hooks.ts';

/** What an app is sent: what we know over the least that GitHub's description requires. */
export function payloadOf(world: World, installation: Installation, happening: Happening): JsonObject {
  const { event, action, repository, sender, fields } = happening;
  const known: JsonObject = {
    ...(action !== undefined && { action }),
    ...fields,
    repository: { ...presentRepository(world, repository), ...(isObject(fields.repository) && fields.repository) },
    ...organizationOf(world, repository.owner),
    sender: presentUser(world, sender),
    installation: { id: installation.id, node_id: nodeId('Installation', installation.id) },
  };
  return overBlank(event, action, known);
}

/** `installation` events are about no repository and show the installation whole. */
export function installationPayload(
  world: World,
  installation: Installation,
  { action, sender, repositories }: { action: string; sender: string; repositories: readonly Repository[] },
): JsonObject {
  const shown = repositories.map(({ id, owner, name, private: hidden }) => {
    return { id, node_id: nodeId('Repository', id), name, full_name: `${owner}/${name}`, private: hidden };
  });
  const known = {
    action,
    installation: presentInstallation(world, installation),
    repositories: shown,
    requester: null,
    sender: presentUser(world, sender),
  };
  return overBlank('installation', action, known);
}

function organizationOf(world: World, owner: string): JsonObject {
  const account = world.state.users.get(owner.toLowerCase());
  return account?.type === 'Organization' ? { organization: presentOrganization(world, account) } : {};
}

function overBlank(event: string, action: string | undefined, known: JsonObject): JsonObject {
  const name = [...event.split('_'), ...(action === undefined ? [] : [action])].join('-');
  return over(blankPayload(name) ?? {}, known);
}

/** Objects are merged at any depth; everything else of `known` wins. */
function over(least: JsonObject, known: JsonObject): JsonObject {
  const merged = Object.entries(known).map(([key, value]): [string, unknown] => {
    const under = least[key];
    return [key, isObject(value) && isObject(under) ? over(under, value) : value];
  });
  return { ...least, ...Object.fromEntries(merged) };
}
