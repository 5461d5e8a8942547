import { MASK, maskSecrets } from './mask.ts';

/** Taken whole and looked at then: a pattern of all of it would begin anew at each `http://` and never end on hostile text. */
const URL_WITH_QUERY = /(https?:\/\/[^\s"'<>()?\\]*)(\?(?:[^\s"'<>()\\]|\\{1,16}u0026)*)?/gi;
/** Query parameters by which storages and GitHub sign an address. */
const SIGNATURE = /(?:signature|credential|(?:[?&;]|u0026)(?:sig|jwt|token|access_token))=/i;
/**
 * Tokens of GitHub, which come and go while the App runs. Those of installations are `ghs_`, the App's id and a JSON Web
 * Token with its two dots (GitHub's changelog of 2026-04-24): a part that is left over can be made whole again. No part
 * is near the upper bound, without which megabytes of such characters exhaust the engine's stack.
 */
const GITHUB_TOKEN =
  /(?:\b|(?<=%[\dA-Fa-f]{2}))(?:gh[oprsu]_[\w-]{20,2000}(?:\.[\w-]{10,2000}){0,2}|github_pat_\w{20,2000})/g;

/** The function that everything which leaves goes through: our secrets, GitHub's tokens and the signatures of URLs. */
export function maskFor(secrets: Iterable<string>): (text: string) => string {
  const known = [...secrets];
  return (text) =>
    maskSecrets(text, known)
      .replaceAll(GITHUB_TOKEN, MASK)
      .replaceAll(URL_WITH_QUERY, (url: string, address: string, query = '') =>
        SIGNATURE.test(query) ? `${address}?${MASK}` : url,
      );
}
