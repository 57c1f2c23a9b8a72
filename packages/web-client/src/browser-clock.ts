import type { Clock } from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";

/** Real time, which in a page also tells when the page comes back to life; elsewhere (Node, workers) just real time. */
export function browserClock(): Clock {
  return globalThis.document ? { ...systemClock, onWake } : systemClock;
}

/** Each listener has listeners of its own at the page, so none is left when it is cancelled. */
function onWake(callback: () => void): { cancel(): void } {
  const listening = new AbortController();
  document.addEventListener("visibilitychange", () => document.hidden || callback(), listening);
  // Chromium thaws a frozen page without showing it.
  document.addEventListener("resume", callback, listening);
  addEventListener("pageshow", callback, listening);
  addEventListener("online", callback, listening);
  return { cancel: () => listening.abort() };
}
