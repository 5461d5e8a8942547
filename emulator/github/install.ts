import type { World } from './api.ts';
import { repositoriesOf } from './installed.ts';
import { addInstallation } from './seed.ts';
import type { App, Installation } from './state.ts';

/** Installs an app at an account, by the account's hand. */
export function install(
  world: World,
  app: App,
  { owner, repos }: { owner: string; repos?: readonly string[] },
): Installation {
  const installation = addInstallation(world.state, app, { owner, repos });
  const repositories = repositoriesOf(world.state, installation);
  world.hooks.announceInstallation(installation, 'created', { sender: owner, repositories });
  return installation;
}

/** Its tokens are worth nothing from then on. */
export function uninstall(world: World, installation: Installation, sender: string): void {
  const { state, hooks } = world;
  hooks.announceInstallation(installation, 'deleted', { sender, repositories: repositoriesOf(state, installation) });
  state.installations.delete(installation.id);
  for (const [token, actor] of state.tokens) {
    if (actor.kind === 'installation' && actor.installation === installation.id) state.tokens.delete(token);
  }
}
