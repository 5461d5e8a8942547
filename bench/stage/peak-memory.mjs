// Loaded before the bundle (`node --import`): writes the process's peak of resident memory, in KiB, when it exits.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

process.on('exit', () => writeFileSync(process.env.REBYTE_BENCH_PEAK, String(peak())));

/** Linux's own account of this program. `maxRSS` there also counts the parent, at the moment it made this process. */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    // Not Linux.
    return process.resourceUsage().maxRSS;
  }
}
