import type { Clock } from "@tickwire/session";

/** The runtime's own time: what a fake gateway uses unless it is given another clock. */
export const realClock: Clock = {
  now: () => performance.now(),
  unixMs: () => Date.now(),
  startTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
