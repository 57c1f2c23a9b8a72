/** The seam that hides time. The clients give the real one; testkit's `VirtualClock` stands still until it is told. */
export interface Clock {
  /** Milliseconds that only grow, from any start: for deadlines. */
  now(): number;
  /** Milliseconds since 1970-01-01 UTC. */
  unixMs(): number;
  /** Calls back once, `delayMs` milliseconds from now. */
  startTimer(callback: () => void, delayMs: number): Timer;
}

/** A running timer. */
export interface Timer {
  /** Stops it; a timer that has fired or was cancelled stays so. */
  cancel(): void;
}
