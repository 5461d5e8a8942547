import { bypassesProxy } from './proxy.ts';
import type { Step } from '../step.ts';
import { RebyteClient } from '../../shared/rebyte/index.ts';

/** The client for this step's key, server and proxy. */
export function connect({ inputs, environment, log, facts }: Step): RebyteClient {
  const { proxy, noProxy } = environment;
  return new RebyteClient({
    apiKey: inputs.apiKey,
    baseUrl: inputs.apiUrl,
    userAgent: 'rebyte-github-action',
    ...(proxy === '' || bypassesProxy(new URL(inputs.apiUrl), noProxy) ? {} : { proxy }),
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
