/** A fault to answer with, in place of an answer or around it. */
export interface Fault {
  readonly method: string;
  /** Decoded path below `/api/v3`: equal to the text, or matched by the pattern. */
  readonly path: string | RegExp;
  /** Strikes this sender alone: a user, a bot, or an app's slug for the app itself. Default: whoever calls. */
  readonly login?: string;
  /** Answer with this status instead of doing what was asked. Without it the request goes its way (delayed or reset). */
  readonly status?: number;
  /** A text is sent as HTML (a proxy's page), all else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests it strikes; 1 by default. */
  readonly times?: number;
  readonly delayMs?: number;
  /** Cut the connection: `before` anything is done, or `after` the work is done and unanswered. */
  readonly reset?: 'before' | 'after';
}

/** A request that a fault may strike. */
export interface Struck {
  readonly method: string;
  readonly path: string;
  /** Who sent it; null for nobody known. */
  readonly login: string | null;
}

export interface FaultQueue {
  add(fault: Fault): void;
  /** The oldest fault that fits, used up by one. */
  take(call: Struck): Fault | undefined;
  /** Forgets those that have not struck yet. */
  clear(): void;
}

export function createFaultQueue(): FaultQueue {
  let queue: { readonly fault: Fault; left: number }[] = [];
  const fits = ({ method, path: wanted, login }: Fault, call: Struck) =>
    method === call.method &&
    (login === undefined || login === call.login) &&
    (typeof wanted === 'string' ? wanted === call.path : wanted.test(call.path));
  return {
    add: (fault) => void queue.push({ fault, left: fault.times ?? 1 }),
    take: (call) => {
      const found = queue.find(({ fault, left }) => left > 0 && fits(fault, call));
      if (found) found.left -= 1;
      return found?.fault;
    },
    clear: () => void (queue = []),
  };
}
