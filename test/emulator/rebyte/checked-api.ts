// A client that knows nothing of ours: fetch, with every request's answer checked against the API's description.
import { type Rebyte, type RebyteOptions, startRebyte } from '../../../emulator/rebyte/index.ts';
import { response as contractProblems } from '../../support/openapi-contract.ts';

export const KEY = 'rbk_localhost';

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any -- what the tests look into is what they assert
  readonly body: any;
  readonly headers: Headers;
}

export interface CheckedApi {
  readonly rebyte: Rebyte;
  /** One API call; throws when the answer breaks the contract. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** POST /tasks that is expected to work. */
  task(prompt: string, more?: object): Promise<{ readonly id: string; readonly workspaceId: string }>;
  /** Waits on the stream for the latest prompt's `done`. */
  done(taskId: string): Promise<{ readonly status: string; readonly lastSeq: number; readonly finalResult: string }>;
  /** Every frame of the stream until it closes. */
  stream(taskId: string): AsyncGenerator<Frame>;
}

export interface Frame {
  readonly event: string;
  // oxlint-disable-next-line no-explicit-any -- as above
  readonly data: any;
}

/** Starts an emulator for one test file; the caller closes `rebyte`. */
export async function startCheckedApi(options: RebyteOptions = {}): Promise<CheckedApi> {
  const rebyte = await startRebyte(options);
  const headers = { API_KEY: KEY };
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const form = body instanceof FormData;
    const response = await fetch(rebyte.url + path, {
      method,
      headers: form || body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    const parsed: unknown = contentType?.startsWith('application/json') ? JSON.parse(text) : text;
    const problems = contractProblems({ method, path, status: response.status, contentType, body: parsed });
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return { status: response.status, body: parsed, headers: response.headers };
  }
  async function* stream(taskId: string): AsyncGenerator<Frame> {
    const response = await fetch(`${rebyte.url}/tasks/${taskId}/events`, { headers });
    let rest = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const [, event, data] = /^event: (\w+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
        yield event === undefined ? { event: 'comment', data: frame } : { event, data: JSON.parse(data!) };
      }
    }
  }
  return {
    rebyte,
    call,
    stream,
    async task(prompt, more = {}) {
      const { status, body } = await call('POST', '/tasks', { prompt, ...more });
      if (status !== 201) throw new Error(`POST /tasks: ${status} ${JSON.stringify(body)}`);
      return body;
    },
    async done(taskId) {
      for await (const frame of stream(taskId)) if (frame.event === 'done') return frame.data;
      throw new Error('the stream closed without done');
    },
  };
}
