import { isObject, type JsonObject } from './json-schema.ts';

/** Longest body of a comment, an issue or a review, in characters (code points). Not in the description. */
export const MAX_BODY_CHARS = 65_536;
/** Longest summary or text of a check run's output, in characters. */
export const MAX_CHECK_TEXT_CHARS = 65_535;
const MAX_TITLE_CHARS = 256;
const MAX_STATUS_DESCRIPTION_CHARS = 140;
const MAX_ANNOTATIONS = 50;

/** What GitHub refuses with 422 although its description allows it. */
export function brokenRules(operation: string, body: JsonObject): readonly string[] {
  if (operation.includes('/check-runs')) return brokenCheckRules(body);
  if (operation.includes('/statuses/')) return tooLong(body, 'description', MAX_STATUS_DESCRIPTION_CHARS);
  if (/\/(issues|pulls)\b/.test(operation)) {
    return [...tooLong(body, 'body', MAX_BODY_CHARS), ...tooLong(body, 'title', MAX_TITLE_CHARS)];
  }
  return [];
}

function brokenCheckRules(body: JsonObject): readonly string[] {
  const output = isObject(body.output) ? body.output : {};
  const annotations = Array.isArray(output.annotations) ? output.annotations.length : 0;
  const broken = [
    ...tooLong(output, 'summary', MAX_CHECK_TEXT_CHARS),
    ...tooLong(output, 'text', MAX_CHECK_TEXT_CHARS),
  ];
  if (body.status === 'completed' && body.conclusion === undefined)
    broken.push('conclusion is required with completed');
  if (annotations > MAX_ANNOTATIONS)
    broken.push(`No more than ${MAX_ANNOTATIONS} annotations; ${annotations} were supplied`);
  return broken;
}

function tooLong(body: JsonObject, field: string, limit: number): string[] {
  const value = body[field];
  if (typeof value !== 'string' || value.length <= limit) return [];
  const length = Array.from(value).length;
  return length > limit ? [`${field} is too long (maximum is ${limit} characters; ${length} were supplied)`] : [];
}
