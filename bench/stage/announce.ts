export type FromServer =
  | { readonly kind: 'ready'; readonly url: string }
  | {
      readonly kind: 'usage';
      /** Processor time since the start, in microseconds. */
      readonly cpuUs: number;
      readonly residentBytes: number;
    };

/** The other end of server-process.ts: tells where this process listens, answers what it is asked, ends with the bench. */
export function announce(url: string, close: () => Promise<void>): void {
  const tell = (message: FromServer): void => void process.send?.(message);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    tell({ kind: 'usage', cpuUs: user + system, residentBytes: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => void close().finally(() => process.exit(0)));
  // Ctrl-C reaches the whole group of processes; the bench's end is what ends this one.
  process.on('SIGINT', () => undefined);
  tell({ kind: 'ready', url });
}
