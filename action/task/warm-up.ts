import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Loads what only the later part of a run needs as soon as the first request is on the wire: evaluating these modules
 * takes longer than everything before that request, and Rebyte is busy provisioning anyway.
 *
 * The moment is undici's own: its channel `undici:client:sendHeaders` (undici docs, "Diagnostics Channel Support").
 *
 * @returns stops waiting for the moment.
 */
export function warmUpAfterFirstRequest(load: () => Promise<unknown>): () => void {
  const channel = 'undici:client:sendHeaders';
  const start = (): void => {
    unsubscribe(channel, start);
    // Not within the channel: the socket's write follows it in the same turn of the loop.
    setImmediate(() => {
      // A module that fails to load fails again, and audibly, where it is used.
      load().catch(() => undefined);
    });
  };
  subscribe(channel, start);
  return () => unsubscribe(channel, start);
}
