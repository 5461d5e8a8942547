// `npm run ops`: looks after a running App from the command line.
import { existsSync, readFileSync } from 'node:fs';
import process, { argv, env, loadEnvFile } from 'node:process';
import { SettingsError, settingsFrom } from '../settings.ts';
import { OPS_HELP, OpsError, opsCommandFrom, runOpsCommand } from './command.ts';
import { opsToken } from './ops-token.ts';

if (existsSync('.env')) loadEnvFile('.env');

try {
  const { command, url } = opsCommandFrom(argv.slice(2));
  process.stdout.write(command.verb === 'help' ? OPS_HELP : await runOpsCommand(command, targetFrom(url)));
} catch (error) {
  if (!(error instanceof OpsError || error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function targetFrom(url: string | undefined): { url: string; token: string } {
  const settings = settingsFrom({ environment: env, readFile: (path) => readFileSync(path, 'utf8') });
  const { metricsHost: host, metricsPort, webhookSecret } = settings;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host;
  const own = `http://${name.includes(':') ? `[${name}]` : name}:${metricsPort}`;
  return { url: (url ?? own).replace(/\/+$/, ''), token: opsToken(webhookSecret) };
}
