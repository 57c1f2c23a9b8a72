/** The seam that hides time. The clients give the real one; testkit's `VirtualClock` stands still until it is told. */
export interface Clock {
  /** Milliseconds that only grow, from any start: for deadlines. */
  now(): number;
  /** Milliseconds since 1970-01-01 UTC. */
  unixMs(): number;
  /** Calls back once, `delayMs` milliseconds from now. */
  startTimer(callback: () => void, delayMs: number): Timer;
  /**
   * Calls back whenever the runtime may have stood still: a page that becomes visible again, is back from the browser's
   * cache or is online again, a computer that slept. It may call several times for one such moment, or for none. Absent where
   * the runtime tells nothing.
   */
  onWake?(callback: () => void): { cancel(): void };
}

/** A running timer. */
export interface Timer {
  /** Stops it; a timer that has fired or was cancelled stays so. */
  cancel(): void;
}
