import { rowsFrom } from './rows.ts';

/** GitHub's largest page: fewest requests. */
const PAGE_SIZE = 100;

/** One page: the rows, and the `link` header that came with them. */
export interface Page {
  readonly data: unknown;
  readonly link: string;
}

/**
 * All rows of a listing, page by page, as they are wanted. Follows the `next` link's query, be it a page number or a
 * cursor, but stays on the path it started with: the token goes where we sent it, not where an answer points.
 */
export async function* allRows(
  query: Readonly<Record<string, unknown>>,
  getPage: (query: Readonly<Record<string, unknown>>) => Promise<Page>,
): AsyncGenerator<unknown, void, undefined> {
  let next: Readonly<Record<string, unknown>> | undefined = { ...query, per_page: PAGE_SIZE };
  while (next !== undefined) {
    const { data, link }: Page = await getPage(next);
    yield* rowsFrom(data);
    next = nextQuery(link);
  }
}

/** The query of the next page; undefined on the last. RFC 8288, as GitHub writes it: `<url>; rel="next", <url>; rel="last"`. */
export function nextQuery(link: string): Readonly<Record<string, string>> | undefined {
  const url = /<([^<>]+)>;\s*rel="next"/.exec(link)?.[1];
  return url === undefined ? undefined : Object.fromEntries(new URL(url, 'https://api.github.com').searchParams);
}
