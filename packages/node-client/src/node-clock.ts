import type { Clock } from "@tickwire/session";

/** The longest that setTimeout can wait; what is longer it would do at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Real time. A timer of more than 24 days fires early, after these. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  unixMs: () => Date.now(),
  startTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};
