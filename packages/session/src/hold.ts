import { createAlarm, NEVER } from "./alarm.ts";
import type { Clock } from "./clock.ts";

/** How long to wait for a promise. */
export interface HoldOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** By `Clock.now()`. */
  readonly deadline: number;
  /** The error to reject with when the signal aborts. */
  readonly aborted: (reason: unknown) => Error;
  /** The error to reject with at the deadline. */
  readonly expired: () => Error;
}

/**
 * Waits for a promise of somebody else until the deadline, or until the signal, which is not aborted yet, aborts; the
 * promise itself goes on.
 */
export function hold<T>(promise: Promise<T>, { clock, signal, deadline, aborted, expired }: HoldOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(aborted(signal?.reason)));
    const alarm = createAlarm(clock, () => settle(() => reject(expired())));
    const settle = (how: () => void) => {
      alarm.set(NEVER);
      signal?.removeEventListener("abort", onAbort);
      how();
    };
    alarm.set(deadline);
    promise.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    signal?.addEventListener("abort", onAbort);
  });
}
