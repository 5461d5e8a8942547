import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a stream of bytes into lines as .NET's StreamReader does, which reads for the runner: `\n`, `\r\n` and a lone `\r`
 * each end a line. That a lone `\r` does is why output cannot hide a workflow command behind one.
 */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** The rest, when the stream is over. */
  end(): void;
}

export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    // A `\r` at the very end waits: a `\n` may follow.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}
