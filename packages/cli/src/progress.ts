import type { Clock } from "@tickwire/node-client";
import type { Io } from "./output.ts";

/** What takes less than this is done before anybody wonders. */
const QUIET_MS = 1000;

/** Waits for something, and says at a terminal what is waited for when it takes more than a second. */
export async function waitingFor<T>(
  what: string,
  promise: Promise<T>,
  { io, clock }: { readonly io: Io; readonly clock: Clock },
): Promise<T> {
  if (!io.isErrTerminal) return promise;
  let isShown = false;
  const timer = clock.startTimer(() => {
    isShown = true;
    io.err(`${what} …`);
  }, QUIET_MS);
  try {
    return await promise;
  } finally {
    timer.cancel();
    // Back to the line's begin, and the rest of it empty.
    if (isShown) io.err("\r\u001b[K");
  }
}
