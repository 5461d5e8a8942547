import type { Count } from './removed.ts';

/**
 * Our own marks of where context begins and ends, in whatever spelling; see build.ts. The blanks on the two sides of the
 * slash belong to different parts: were they one choice, a `<` before many blanks would take time by their square.
 */
const BOUNDARY = /<\s*(?:\/\s*)?rebyte-context\b[^<>\n]*>?/gi;

/** A blank stands in its place, so that nothing is joined by its going. */
export function removeBoundary(text: string, count: Count): string {
  return text.replace(BOUNDARY, () => {
    count('boundary', 1);
    return ' ';
  });
}
