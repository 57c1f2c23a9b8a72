/** How long to wait between tries to connect. */
export interface BackoffOptions {
  /** The longest first delay, in milliseconds; more than 0. Each further one may be twice as long. Default 200. */
  readonly initialMs: number;
  /** The longest delay of all, in milliseconds; at least `initialMs`. Default 15000. */
  readonly maxMs: number;
  /** Tries in a row without a stable connection before the client gives up; at least 1. Default: no limit. */
  readonly maxAttempts: number;
}

/** Delays with full jitter: each is anything from 0 to a cap that doubles, so that many clients do not come back at once. */
export interface Backoff {
  /** Tries since the last reset. */
  readonly attempt: number;
  /** The next delay in milliseconds; undefined when it is time to give up. */
  next(): number | undefined;
  reset(): void;
}

/** @param random From 0 to below 1. */
export function createBackoff({ initialMs, maxMs, maxAttempts }: BackoffOptions, random: () => number): Backoff {
  let attempt = 0;
  return {
    get attempt() {
      return attempt;
    },
    next() {
      if (attempt >= maxAttempts) return undefined;
      // The power overflows to infinity at worst, which the cap takes care of.
      const cap = Math.min(maxMs, initialMs * 2 ** attempt);
      attempt += 1;
      return Math.floor(random() * cap);
    },
    reset() {
      attempt = 0;
    },
  };
}
