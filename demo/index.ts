// `npm run demo`: the whole of it, on this machine, in some seconds.
import { fileURLToPath } from 'node:url';
import { HELP, parseOptions, type DemoOptions } from './options.ts';
import { preflight } from './preflight.ts';
import { createScreen, type Screen } from './screen.ts';
import { tellStory } from './story.ts';

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const screen = createScreen({ plain: options.plain, stream: process.stdout, env: process.env });
  return run(screen, options, stopOnSignals(screen));
}

async function run(screen: Screen, options: DemoOptions, signal: AbortSignal): Promise<number> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  try {
    await preflight(root);
    screen.verbatim(screen.colors.bold('Rebyte for GitHub, all of it on this machine: no account, no network'));
    const good = await tellStory({ screen, root, options, signal });
    return good ? 0 : signal.aborted ? INTERRUPTED : 1;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  }
}

/** The first signal ends the demo as Ctrl-C ends a workflow run; npm passes on what the terminal sends, so it comes twice. */
function stopOnSignals(screen: Screen): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    screen.verbatim(); // The terminal has written ^C on this line.
    screen.say('Stopping …');
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // EPIPE: who read this is gone.
  process.stdout.on('error', () => controller.abort());
  return controller.signal;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
