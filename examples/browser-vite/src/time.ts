import { signal } from "@preact/signals";

/** The time, in milliseconds since 1970, as of the last whole second that passed in this page. */
export const now = signal(Date.now());

/** Starts the page's one interval. */
export function startTime(): void {
  setInterval(() => {
    now.value = Date.now();
  }, 1000);
}
