import { MASK, maskSecrets } from './mask.ts';

/** Taken whole and looked at then: a pattern of all of it would begin anew at each `http://` and never end on hostile text. */
const URL_WITH_QUERY = /(https?:\/\/[^\s"'<>()?\\]*)(\?(?:[^\s"'<>()\\]|\\{1,16}u0026)*)?/gi;
/** Query parameters by which storages and GitHub sign an address. */
const SIGNATURE = /(?:signature|credential|(?:[?&;]|u0026)(?:sig|jwt|token|access_token))=/i;
/**
 * Tokens of GitHub, which come and go while the App runs. Those of installations are `ghs_`, the App's id and a JSON Web
 * Token with its two dots (GitHub's changelog of 2026-04-24): a part that is left over can be made whole again. No part
 * is near the upper bound, without which megabytes of such characters exhaust the engine's stack. What stands before one
 * may end with a letter or a digit that is not its own: of `%22`, of `\n` and `\u001b` in JSON, of a terminal's colour.
 */
const GITHUB_TOKEN =
  // oxlint-disable-next-line no-control-regex -- a colour begins with one
  /(?=g[hi])(?:(?<![\dA-Za-z])|(?<=%[\dA-Fa-f]{2}|\\[bfnrt]|\\u[\dA-Fa-f]{4}|(?:\u001b|\\u001[bB])\[[\d;]{0,20}m))(?:gh[oprsu]_[\w-]{20,2000}(?:\.[\w-]{10,2000}){0,2}|github_pat_\w{20,2000})/g;

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
