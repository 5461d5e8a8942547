import { removeHtmlComments } from './html-comments.ts';
import { removeInvisible } from './invisible.ts';
import { removeUnusedDefinitions } from './link-definitions.ts';
import { splitFences } from './split-fences.ts';

export type RemovedKind =
  'invisible_character' | 'bidi_control' | 'html_comment' | 'picture_source' | 'boundary' | 'link_definition';

export interface Removed {
  readonly kind: RemovedKind;
  readonly count: number;
}

export interface CleanText {
  readonly text: string;
  /** What was taken out, by kind; empty when nothing was. */
  readonly removed: readonly Removed[];
}

const PICTURE_SOURCE = /<source\b[^<>]*>/gi;
/**
 * Our own marks of where context begins and ends, in whatever spelling; see build.ts. The blanks on the two sides of the
 * slash belong to different parts: were they one choice, a `<` before many blanks would take time by their square.
 */
const BOUNDARY = /<\s*(?:\/\s*)?rebyte-context\b[^<>\n]*>?/gi;
/** Taking something out can make something else whole. It never took more than three passes; the rest is a net. */
const MAX_PASSES = 8;

/**
 * Takes out of text by strangers what GitHub does not show to people but a model would read: comments, invisible and
 * direction-changing characters, definitions that nothing refers to, hidden picture sources, and our own boundary. What
 * people can see stays, byte for byte; comments inside fenced code are seen, so they stay too.
 */
export function cleanUntrusted(text: string): CleanText {
  const counts = new Map<RemovedKind, number>();
  let current = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const cleaned = cleanOnce(current, counts);
    if (cleaned === current) break;
    current = cleaned;
  }
  return { text: current, removed: [...counts].map(([kind, count]) => ({ kind, count })) };
}

function cleanOnce(text: string, counts: Map<RemovedKind, number>): string {
  const count = (kind: RemovedKind, more: number): void => {
    if (more > 0) counts.set(kind, (counts.get(kind) ?? 0) + more);
  };
  const counted = (kind: RemovedKind) => (): string => {
    count(kind, 1);
    return ' ';
  };
  const seen = removeInvisible(text);
  count('invisible_character', seen.invisible);
  count('bidi_control', seen.bidi);
  const parts = splitFences(seen.text.replace(BOUNDARY, counted('boundary'))).map((part) => {
    if (part.kind === 'fence') return part;
    const uncommented = removeHtmlComments(part.text);
    count('html_comment', uncommented.count);
    return { kind: part.kind, text: uncommented.text.replace(PICTURE_SOURCE, counted('picture_source')) };
  });
  const defined = removeUnusedDefinitions(parts);
  count('link_definition', defined.count);
  return defined.text;
}
