import type { Clock } from "./clock.ts";

/** The longest that setTimeout can wait; what is longer it would do at once. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * Real time, by what every runtime has. The session itself never reaches for it: whoever makes a client hands it in. A
 * timer of more than 24 days fires early, after these.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  unixMs: () => Date.now(),
  startTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.max(0, Math.min(delayMs, MAX_DELAY_MS)));
    return { cancel: () => clearTimeout(timer) };
  },
};
