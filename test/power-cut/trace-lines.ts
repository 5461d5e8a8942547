/** A system call, as strace writes it with `-f -yy -xx`. */
export interface Call {
  readonly name: string;
  /** Between the parentheses, with its strings still in `\x` form. */
  readonly args: string;
  /** Negative when it failed; undefined when the process ended in it. */
  readonly result?: number;
  /** How many calls had been given out when this one began: those before it were over by then. */
  readonly began: number;
}

interface Begun {
  readonly text: string;
  readonly began: number;
}

const UNFINISHED = ' <unfinished ...>';

/**
 * Reads strace's lines. Calls are given out when they end; one that is interrupted by another thread's is put together
 * again. What never ended comes last, without a result.
 */
export async function* callsIn(lines: AsyncIterable<string>): AsyncGenerator<Call> {
  const begun = new Map<string, Begun>();
  let given = 0;
  for await (const line of lines) {
    const [, pid = '', rest = ''] = /^(\d+) +([^]*)$/.exec(line) ?? [];
    if (rest.endsWith(UNFINISHED)) {
      begun.set(pid, { text: rest.slice(0, -UNFINISHED.length), began: given });
      continue;
    }
    const call = callFrom(whole(rest, begun.get(pid), given));
    if (call === undefined) continue;
    if (rest.startsWith('<... ')) begun.delete(pid);
    yield call;
    given += 1;
  }
  for (const { text, began } of begun.values()) {
    const [, name = '', args = ''] = /^(\w+)\(([^]*)$/.exec(text) ?? [];
    yield { name, args, began };
  }
}

function whole(rest: string, begun: Begun | undefined, given: number): Begun {
  const [, end] = /^<\.\.\. \w+ resumed>([^]*)$/.exec(rest) ?? [];
  if (end === undefined) return { text: rest, began: given };
  if (begun === undefined) throw new Error(`strace resumes a call that it never began: ${rest.slice(0, 80)}`);
  return { text: begun.text + end, began: begun.began };
}

/** Undefined for what is no call, such as the end of a thread. */
function callFrom({ text, began }: Begun): Call | undefined {
  const [, name, args, result] = /^(\w+)\(([^]*)\)\s+= (-?\d+|\?)/.exec(text) ?? [];
  if (name === undefined || args === undefined || result === undefined) return undefined;
  return { name, args, began, ...(result !== '?' && { result: Number(result) }) };
}

/** The bytes that a string in `\x` form stands for. */
export function bytesOf(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll(String.raw`\x`, ''), 'hex');
}
