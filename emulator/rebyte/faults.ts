import { ApiError } from './api-error.ts';

interface Counted {
  /** How often it strikes; default 1, -1 for always. */
  readonly times?: number;
}

interface OnRequest extends Counted {
  readonly method?: string;
  /** A path with `*` for any characters, e.g. `/v1/task*`; default every path. */
  readonly path?: string;
  /** Before the work (the default), or after it was done: the answer is lost, the task is there. */
  readonly when?: 'before' | 'after';
}

/** Answers with this status instead; JSON of the API's form from `code` and `message`, else `body` as it is. */
export interface RespondFault extends OnRequest {
  readonly kind: 'respond';
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly body?: string;
  /** Default `application/json` with a code, else `text/html`, as proxies do. */
  readonly contentType?: string;
  /** Seconds, for the header of that name. */
  readonly retryAfter?: number;
}

/** Resets the connection. */
export interface ResetFault extends OnRequest {
  readonly kind: 'reset';
}

export interface DelayFault extends OnRequest {
  readonly kind: 'delay';
  readonly ms: number;
}

/** The next workspace or Agent Computer takes longer to provision, or fails to. */
export interface ProvisionFault extends Counted {
  readonly kind: 'provision';
  readonly ms?: number;
  readonly error?: string;
}

/** The next event stream is cut after so many events, or goes silent without closing (half-open, no heartbeat). */
export interface StreamFault extends Counted {
  readonly kind: 'stream';
  readonly how: 'cut' | 'stall';
  readonly afterEvents: number;
}

/** The next webhook delivery is lost, doubled, sent `ms` late, or held until the webhook's next one has been sent. */
export interface WebhookFault extends Counted {
  readonly kind: 'webhook';
  readonly how: 'lose' | 'double' | 'late' | 'swap';
  readonly ms?: number;
  /** Only this event, e.g. `task.completed`. */
  readonly event?: string;
}

/** The next prompt to end has no final text in `done`, webhook and content; or `done` comes `ms` before the text. */
export interface ResultFault extends Counted {
  readonly kind: 'result';
  readonly how: 'missing' | 'late';
  readonly ms?: number;
}

export type RequestFault = RespondFault | ResetFault | DelayFault;
export type Fault = RequestFault | ProvisionFault | StreamFault | WebhookFault | ResultFault;

/** The fields a fault of each kind cannot do without. */
const REQUIRED: Readonly<Record<Fault['kind'], Readonly<Record<string, 'number' | readonly string[]>>>> = {
  respond: { status: 'number' },
  reset: {},
  delay: { ms: 'number' },
  provision: {},
  stream: { how: ['cut', 'stall'], afterEvents: 'number' },
  webhook: { how: ['lose', 'double', 'late', 'swap'] },
  result: { how: ['missing', 'late'] },
};

/** One fault or a list of them, as they come over HTTP. */
export function faultsIn(body: unknown): readonly Fault[] {
  const values: unknown[] = Array.isArray(body) ? body : [body];
  return values.map((value) => {
    if (isFault(value)) return value;
    const kinds = Object.entries(REQUIRED).map(([kind, fields]) => `${kind} ${JSON.stringify(fields)}`);
    throw new ApiError(
      'validation_error',
      `${JSON.stringify(value)} is no fault; kinds and fields: ${kinds.join(', ')}`,
    );
  });
}

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  const required = Object.entries(REQUIRED).find(([kind]) => kind === fields.get('kind'))?.[1];
  return (
    required !== undefined &&
    Object.entries(required).every(([name, wanted]) =>
      wanted === 'number' ? typeof fields.get(name) === 'number' : wanted.includes(String(fields.get(name))),
    )
  );
}

interface Armed {
  readonly fault: Fault;
  left: number;
}

/** Faults that wait to strike, in the order they were added. */
export class Faults {
  #armed: Armed[] = [];

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#armed.push({ fault, left: fault.times ?? 1 });
  }

  list(): readonly Fault[] {
    return this.#armed.map(({ fault, left }) => ({ ...fault, times: left }));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that fits, which is thereby spent once. */
  take<F extends Fault>(fits: (fault: Fault) => fault is F): F | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!fits(fault)) continue;
      armed.left -= 1;
      if (armed.left === 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return fault;
    }
    return undefined;
  }
}

/** The request faults of one request, spent at once: an answer of our own, a reset, or delays. */
export function takeRequestFaults(faults: Faults, request: { method: string; path: string }): readonly RequestFault[] {
  const delay = faults.take((fault): fault is DelayFault => fault.kind === 'delay' && matches(fault, request));
  const ending = faults.take(
    (fault): fault is RespondFault | ResetFault =>
      (fault.kind === 'respond' || fault.kind === 'reset') && matches(fault, request),
  );
  return [...(delay ? [delay] : []), ...(ending ? [ending] : [])];
}

function matches(fault: OnRequest, { method, path }: { method: string; path: string }): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  const pattern = fault.path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(path);
}
