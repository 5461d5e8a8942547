import { decodeCharacterReferences } from './character-reference.ts';
import { hostOf } from './link-host.ts';

const MARKUP = /\\(?=[!-/:-@[-`{-~])|[*`~]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])|<\/?[a-z]{1,9}>/giu;
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const FRAME = /^[^\p{L}\p{N}/\\]+/u;
const WITH_SCHEME = /^(?:(?:https?|ftp):[/\\]*|[/\\]{2,})([^\s/\\?#@:<>()[\]"'`]+)/i;
const WWW = /^(www\.[^\s/\\?#@:<>()[\]"'`]+)/i;
const NAMES = String.raw`(?:[\p{L}\p{N}][\p{L}\p{N}-]*\.)+`;
/** With something behind it, any ending is one of a host, but those that files have. */
const WITH_PATH = new RegExp(
  String.raw`^(${NAMES}(?!(?:[jt]sx?|json|ya?ml|md|py|rb|css|html?|txt|toml|xml)[/:?#])\p{L}{2,})(?:[/?#]|:\d)`,
  'iu',
);
/** Endings that people know hosts by, and no files: `README.md`, `deploy.sh` and `main.rs` are none. */
const ENDING =
  'com|org|net|io|dev|app|ai|edu|gov|mil|int|info|biz|cloud|tech|xyz|online|site|store|page|link|news|wiki|tv|co|us|uk|' +
  'de|fr|nl|eu|ch|be|es|se|dk|fi|cz|jp|cn|kr|br|au|ca|ru|tw|hk|sg|za|mx|nz|рф|中国';
const ALONE = new RegExp(String.raw`^(${NAMES}(?:${ENDING}))\P{L}*$`, 'iu');
/** In a sentence `ASP.NET` is a product. */
const IN_SENTENCE = new RegExp(String.raw`^(${NAMES}(?:${ENDING}))[^\p{L}\p{N}-]*$`, 'u');

/** Do a link's words (its Markdown) read like an address of another host than `host`, where it leads? */
export function isMisleading(words: string, host: string): boolean {
  return hostsIn(words).some((named) => namesOf(named) !== namesOf(host));
}

/** The hosts of the addresses that a reader sees in Markdown. */
function hostsIn(words: string): string[] {
  if (!/[./\\&\u2024\u3002\uff0e\uff0f]/.test(words)) return [];
  const seen = decodeCharacterReferences(words.replace(MARKUP, '')).normalize('NFKC').replace(UNSEEN, '').trim();
  const tokens = seen.split(/\s+/).map((token) => token.replace(FRAME, ''));
  return tokens.flatMap((token) => {
    const found = WITH_SCHEME.exec(token) ?? WWW.exec(token) ?? WITH_PATH.exec(token);
    const host = (found ?? (tokens.length === 1 ? ALONE : IN_SENTENCE).exec(token))?.[1];
    return host === undefined ? [] : [host];
  });
}

/** What counts as the same: GitHub's redirector leads to GitHub, and `www.` to the same people. */
function namesOf(host: string): string {
  const plain = (hostOf(`https://${host}`) ?? host.toLowerCase()).replace(/^www\./, '');
  return plain === 'redirect.github.com' ? 'github.com' : plain;
}
