import type { ApiContract } from './contract.ts';
import type { Faults } from './faults.ts';
import type { Settings } from './options.ts';
import type { AgentComputer, StoredFile, Task, Workspace } from './records.ts';
import type { RequestLog } from './request-log.ts';
import type { UrlSigner } from './url-signer.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** Everything one running emulator knows; the first parameter of whatever reads or changes it. */
export interface Emulator {
  readonly settings: Settings;
  /** `http://127.0.0.1:PORT`; known once it listens. */
  origin: string;
  readonly contract: ApiContract;
  readonly signer: UrlSigner;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly webhooks: Webhooks;
  readonly tasks: Map<string, Task>;
  readonly computers: Map<string, AgentComputer>;
  readonly workspaces: Map<string, Workspace>;
  readonly files: Map<string, StoredFile>;
  /** Aborted when the emulator closes: nothing new begins after that. */
  readonly closing: AbortController;
  /** Work that outlives its request; close() waits for it. */
  readonly background: Set<Promise<void>>;
}

/** Runs work that outlives its request. A failure is logged: nobody else is there to hear of it. */
export function inBackground(emulator: Emulator, what: string, work: Promise<unknown>): void {
  const settled = work.then(
    () => undefined,
    (error: unknown) => emulator.settings.log(`${what}: ${String(error)}`),
  );
  emulator.background.add(settled);
  void settled.finally(() => emulator.background.delete(settled));
}
