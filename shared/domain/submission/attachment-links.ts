/** More than this is no question any more, but an upload. */
const MAX_LINKS = 10;

/**
 * Where GitHub keeps what people attach to texts, and nothing else: these addresses are opened by our server.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/attaching-files
 */
const PLACES = [
  String.raw`github\.com/user-attachments/(?:assets|files)/[\w./%-]+`,
  String.raw`github\.com/[\w.-]+/[\w.-]+/(?:assets|files)/\d+/[\w.%-]+`,
  String.raw`(?:private-)?user-images\.githubusercontent\.com/[\w./%-]+(?:\?[\w=&%.~+-]+)?`,
];
const LINK = new RegExp(`https://(?:${PLACES.join('|')})`, 'g');

/** The attachments that a text links to, each once, in order. */
export function attachmentLinks(text: string): { readonly links: readonly string[]; readonly leftOut: number } {
  const all = [...new Set([...text.matchAll(LINK)].map(([link]) => link.replace(/(?<!\.)\.+$/, '')))].filter(
    staysOnItsPath,
  );
  return { links: all.slice(0, MAX_LINKS), leftOut: Math.max(0, all.length - MAX_LINKS) };
}

/** `..`, also encoded, could lead to another page of the host. */
function staysOnItsPath(link: string): boolean {
  return !/(?:^|\/)(?:\.|%2e){2}(?:\/|$)/i.test(link) && !/%2f|%5c/i.test(link);
}
