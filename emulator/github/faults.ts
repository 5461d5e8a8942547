/** A fault to answer with, in place of an answer or around it. */
export interface Fault {
  readonly method: string;
  /** Decoded path below `/api/v3`: equal to the text, or matched by the pattern. */
  readonly path: string | RegExp;
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

export interface FaultQueue {
  add(fault: Fault): void;
  /** The oldest fault that fits, used up by one. */
  take(method: string, path: string): Fault | undefined;
}

export function createFaultQueue(): FaultQueue {
  const queue: { readonly fault: Fault; left: number }[] = [];
  const fits = ({ method, path: wanted }: Fault, verb: string, path: string) =>
    method === verb && (typeof wanted === 'string' ? wanted === path : wanted.test(path));
  return {
    add: (fault) => void queue.push({ fault, left: fault.times ?? 1 }),
    take: (method, path) => {
      const found = queue.find(({ fault, left }) => left > 0 && fits(fault, method, path));
      if (found) found.left -= 1;
      return found?.fault;
    },
  };
}
