import type { ClockPort } from '../../shared/ports/clock.ts';

/** The organization's public keys, asked for when they are needed. */
export interface WebhookKeys {
  /** Undefined when they are not known and cannot be had now. */
  get(): Promise<readonly string[] | undefined>;
  /** Asks anew, at most once a minute: forged deliveries must not make us call Rebyte. Undefined when nothing is newer. */
  renewed(): Promise<readonly string[] | undefined>;
}

const MIN_INTERVAL_MS = 60_000;

/** @param ask may reject; that is `undefined` here, told by whoever asked. */
export function webhookKeys(ask: () => Promise<readonly string[]>, clock: ClockPort): WebhookKeys {
  let known: readonly string[] | undefined;
  let asked: { readonly at: number; readonly answer: Promise<readonly string[] | undefined> } | undefined;
  const renewed = async (): Promise<readonly string[] | undefined> => {
    if (asked !== undefined && clock.now() - asked.at < MIN_INTERVAL_MS) return await asked.answer;
    asked = {
      at: clock.now(),
      answer: ask().then(
        (keys) => (known = keys),
        () => undefined,
      ),
    };
    return await asked.answer;
  };
  return { get: async () => known ?? (await renewed()), renewed };
}
