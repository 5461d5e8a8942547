import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { event, type Executor } from './executor.ts';
import { objectOf, textOf } from './json-value.ts';

/** The agent that needs no model and no account; it prints events in the emulator's own words. */
export const demo: Executor = {
  name: 'demo',
  arguments: () => [],
  translate(message) {
    const payload = objectOf(message['payload']);
    const translation = event(textOf(message['eventType']) || 'text', payload);
    return message['failed'] === true ? { ...translation, failure: textOf(payload['result']) } : translation;
  },
};

/**
 * The demo agent as a script that this Node can run: Node 20 runs no TypeScript, so it is bundled into the emulator's
 * own folder, once, in a few dozen milliseconds.
 */
export function demoScript(directory: string): Promise<string> {
  const script = compiled.get(directory) ?? compile(directory);
  compiled.set(directory, script);
  return script;
}

/** By folder, so that tasks created at the same time share one compilation. */
const compiled = new Map<string, Promise<string>>();

async function compile(directory: string): Promise<string> {
  const { build } = await import('esbuild');
  const outfile = join(directory, 'demo-agent.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../demo-agent/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // CommonJS inside an ES module bundle still asks for `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  return outfile;
}
