import type { Clock } from "@tickwire/session";

/** Real time. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  unixMs: () => Date.now(),
  startTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
