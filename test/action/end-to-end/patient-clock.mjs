// Loaded before the Action by tests on machines that may be slow: what it gives seconds to gets minutes. Shorter waits,
// with which it paces itself, stay as they are.
const FACTOR = 20;
const LEAST_MS = 1_000;
/** What a timer takes at most. */
const MOST_MS = 2 ** 31 - 1;

const stretched = (ms) => (ms >= LEAST_MS ? Math.min(ms * FACTOR, MOST_MS) : ms);
const { setTimeout } = globalThis;
const timeout = AbortSignal.timeout.bind(AbortSignal);

globalThis.setTimeout = (act, ms, ...rest) => setTimeout(act, stretched(ms), ...rest);
AbortSignal.timeout = (ms) => timeout(stretched(ms));
