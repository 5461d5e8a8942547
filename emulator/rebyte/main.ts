// `npm run emulator`: Rebyte on localhost from the command line.
import { parseArgs } from 'node:util';
import { EXECUTOR_NAMES, isExecutorName } from './executors/executor.ts';
import type { RebyteOptions } from './options.ts';
import { type Rebyte, startRebyte } from './start.ts';

const HELP = `Rebyte on localhost: the Rebyte API on your own machine, with your own agents.

  --port N           port to listen on (default 8787; 0 takes a free one)
  --host ADDRESS     address to bind (default 127.0.0.1; any other lets the network run commands here)
  --key KEY          API key to accept; can be repeated (default rbk_localhost)
  --git-base-url URL where owner/repo is cloned from (default https://github.com; file:///dir for local ones)
  --directory DIR    where workspaces live, and stay (default: a temp folder, removed on exit)
  --demo-for NAMES   lets the demo agent stand in for these executors, e.g. claude,codex
  --control          serves /_emulator/…: faults to inject, requests seen
  --quiet            no line per request
  --help             this text

Executors: demo (built in, the default) and ${EXECUTOR_NAMES.slice(1).join(', ')} when their command is on PATH.
`;

const DEFAULT_PORT = 8787;

function optionsFrom(args: readonly string[]): RebyteOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      key: { type: 'string', multiple: true },
      'git-base-url': { type: 'string' },
      directory: { type: 'string' },
      'demo-for': { type: 'string' },
      control: { type: 'boolean' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    port: portFrom(values.port),
    executors: standInsFrom(values['demo-for']),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.key !== undefined && { apiKeys: values.key }),
    ...(values['git-base-url'] !== undefined && { gitBaseUrl: values['git-base-url'] }),
    ...(values.directory !== undefined && { directory: values.directory }),
    ...(values.control && { control: true }),
    ...(!values.quiet && { log: say }),
  };
}

function portFrom(text: string | undefined): number {
  const port = Number(text ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--port ${text}: give a number from 0 to 65535`);
}

function standInsFrom(names: string | undefined): NonNullable<RebyteOptions['executors']> {
  const pairs = (names?.split(',') ?? []).map((name) => {
    if (!isExecutorName(name)) throw new Error(`--demo-for ${name}: give some of ${EXECUTOR_NAMES.slice(1).join(',')}`);
    return [name, 'demo'] as const;
  });
  return Object.fromEntries(pairs);
}

function welcome({ url, directory }: Rebyte, { apiKeys = ['rbk_localhost'] }: RebyteOptions): string {
  return `Rebyte on localhost is at ${url}
Key: ${apiKeys.join(', ')} · workspaces: ${directory}

Point things at it:
  Action   api-url: ${url}
           api-key: ${apiKeys[0]}
  curl     curl -H 'API_KEY: ${apiKeys[0]}' -d '{"prompt":"Survey this","githubUrl":"octocat/Hello-World","branchName":"master"}' ${url}/tasks

Ctrl-C stops it.`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function closeOnSignals(rebyte: Rebyte): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void rebyte.close().then(() => process.exit(0));
    });
  }
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2));
  if (options === 'help') return say(HELP);
  process.stdout.on('error', () => undefined); // EPIPE: who read the log is gone, the agents are not.
  const rebyte = await startRebyte(options);
  closeOnSignals(rebyte);
  say(welcome(rebyte, options));
  await rebyte.warm(); // After the welcome: listening is what somebody waits for.
}

try {
  await main();
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(taken ? 'The port is taken; choose another with --port.\n' : `${message}\n`);
  process.exitCode = 1;
}
