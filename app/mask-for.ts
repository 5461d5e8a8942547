import { MASK, maskSecrets } from '../shared/domain/mask.ts';

/** Query parameters by which storages and GitHub sign an address. */
const SIGNED_URL = /(https?:\/\/[^\s"'<>()?]+)\?[^\s"'<>()]*(?:signature|[?&;]sig|[?&;]jwt|credential)=[^\s"'<>()]*/gi;
/** Tokens of GitHub, which come and go while the App runs. */
const GITHUB_TOKEN = /\b(?:gh[oprsu]_\w{20,}|github_pat_\w{20,})/g;

/** The function that everything which leaves goes through: our secrets, GitHub's tokens and the signatures of URLs. */
export function maskFor(secrets: Iterable<string>): (text: string) => string {
  const known = [...secrets];
  return (text) =>
    maskSecrets(text, known)
      .replaceAll(GITHUB_TOKEN, MASK)
      .replaceAll(SIGNED_URL, (_, address: string) => `${address}?${MASK}`);
}
