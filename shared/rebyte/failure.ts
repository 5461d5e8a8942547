import { fieldsOf, parseJson, startOf, stringIn } from './decode.ts';
import { type ApiError, apiError } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { readStart } from './read-body.ts';
import { parseRetryAfter } from './retry.ts';

/** Enough of an error page to know who wrote it. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_MESSAGE_CHARS = 500;
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-amzn-requestid', 'x-amzn-trace-id', 'cf-ray'];

/** Reads an answer that is not a success. The body may be the API's error, a proxy's page, or cut short. */
export async function failureFrom(
  answer: HttpAnswer,
  request: { method: string; url: URL },
  now: number,
): Promise<ApiError> {
  const { method, url } = request;
  const text = await bodyStart(answer);
  const error = fieldsOf(fieldsOf(parseJson(text))['error']);
  return apiError({
    method,
    url: url.origin + url.pathname,
    status: answer.status,
    code: stringIn(error, 'code') ?? `http_${answer.status}`,
    serverMessage: stringIn(error, 'message') ?? redirectMessage(answer, url) ?? firstLine(text),
    requestId: REQUEST_ID_HEADERS.map((name) => answer.header(name)).find((id) => id !== undefined),
    retryAfterMs: parseRetryAfter(answer.header('retry-after'), now),
  });
}

async function bodyStart(answer: HttpAnswer): Promise<string> {
  try {
    return (await readStart(answer, MAX_ERROR_BYTES)).text;
  } catch {
    // The status says what matters; a body cut short must not hide it.
    return '';
  }
}

/** Following one could carry the key to another host, or turn a POST into a GET. */
function redirectMessage(answer: HttpAnswer, url: URL): string | undefined {
  const location = answer.header('location');
  if (answer.status < 300 || answer.status > 399 || location === undefined) return undefined;
  const target = URL.canParse(location, url.href) ? new URL(location, url).origin : 'nowhere';
  return `redirects (here to ${target}) are not followed; set the base URL to the final address`;
}

function firstLine(text: string): string {
  const line = text.split(/[\r\n]/).find((each) => each.trim() !== '') ?? '';
  // oxlint-disable-next-line no-control-regex -- it is exactly these that must not reach a log
  const printable = line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim();
  return printable === '' ? 'no message' : startOf(printable, MAX_MESSAGE_CHARS);
}
