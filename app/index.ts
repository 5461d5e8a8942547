import { existsSync, readFileSync } from 'node:fs';
import process, { env, exit, loadEnvFile } from 'node:process';
import { IdentityError } from './github/identity.ts';
import { ListenError } from './http/http-server.ts';
import { SettingsError, settingsFrom } from './settings.ts';
import { StorageUnavailable, StorageUnusable } from './sql/storage-error.ts';
import { startApp, type App } from './start.ts';

// Before anything else reads the environment. What is set already wins over the file.
if (existsSync('.env')) loadEnvFile('.env');

try {
  const settings = settingsFrom({ environment: env, readFile: (path) => readFileSync(path, 'utf8') });
  stopOnSignal(await startApp(settings));
} catch (error) {
  const isExpected = [SettingsError, StorageUnusable, StorageUnavailable, IdentityError, ListenError].some(
    (expected) => error instanceof expected,
  );
  const said = error instanceof Error ? ((isExpected ? undefined : error.stack) ?? error.message) : String(error);
  process.stderr.write(`${said}\n`);
  exit(1);
}

/** The first signal drains, a second one is in earnest. */
function stopOnSignal(app: App): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) exit(1);
      asked = true;
      app.stop().then(
        () => exit(0),
        (error: unknown) => {
          process.stderr.write(`The App could not stop cleanly: ${String(error)}\n`);
          exit(1);
        },
      );
    });
  }
}
