import { repositoryKey, type App, type Installation, type Repository, type State } from './state.ts';

export function installationsOf({ installations }: State, app: App): readonly Installation[] {
  return [...installations.values()].filter((one) => one.app === app);
}

/** The repositories that an installation reaches. */
export function repositoriesOf({ repositories }: State, installation: Installation): readonly Repository[] {
  return [...repositories.values()].filter((repository) => reaches(installation, repository));
}

export function reaches({ account, repositories }: Installation, { owner, name }: Repository): boolean {
  return owner.toLowerCase() === account.toLowerCase() && (repositories?.includes(name) ?? true);
}

export function keyOf({ owner, name }: Repository): string {
  return repositoryKey(owner, name);
}
