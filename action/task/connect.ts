import { bypassesProxy } from './proxy.ts';
import type { Step } from '../step.ts';
import { RebyteClient } from '../../shared/rebyte/index.ts';

/**
 * The client for this step's key, server and proxy.
 *
 * @param warmUp loads what only the later part of a run needs. It is called once, when the first request is on the wire:
 *   evaluating these modules takes longer than everything before it, and Rebyte is busy provisioning anyway.
 */
export function connect({ inputs, environment, log, facts }: Step, warmUp?: () => Promise<unknown>): RebyteClient {
  const { proxy, noProxy } = environment;
  let warm = false;
  return new RebyteClient({
    apiKey: inputs.apiKey,
    baseUrl: inputs.apiUrl,
    userAgent: 'rebyte-github-action',
    ...(proxy === '' || bypassesProxy(new URL(inputs.apiUrl), noProxy) ? {} : { proxy }),
    onSent: () => {
      if (warm) return;
      warm = true;
      // A module that fails to load fails again, and audibly, where it is used.
      warmUp?.().catch(() => undefined);
    },
    onWarning: (message) => {
      facts.notes.push(message);
      log.warning(message);
    },
    onRequest: ({ method, path, attempt, status, durationMs }) =>
      log.debug(
        `${method} ${path} → ${status ?? 'no answer'} in ${Math.round(durationMs)} ms${attempt > 1 ? ` (attempt ${attempt})` : ''}`,
      ),
  });
}
