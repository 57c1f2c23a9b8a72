import type { Clock, Timer } from "./clock.ts";

/** How often calls may start. */
export interface Pace {
  /** Calls that may start in any window; a whole number, at least 1. */
  readonly requests: number;
  /** Length of the sliding window, in milliseconds; more than 0, finite. */
  readonly windowMs: number;
  /** Calls that may be under way at once; at least 1. Default: any number. */
  readonly concurrent?: number;
}

/** Options of one turn. */
export interface TurnOptions {
  /** Leaves the queue when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /**
   * By `Clock.now()`: a turn that the window would give only later is refused at once. It does not end a wait: how long
   * the calls under way take is not known, so give a signal too. Default: none.
   */
  readonly deadline?: number;
}

/** Why a turn was refused: the window has no room before the deadline. */
export class PaceRefusal extends Error {
  override readonly name = "PaceRefusal";
  /** When the window has room behind those that wait now, in milliseconds from now. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`no room for another call for ${Math.ceil(retryAfterMs)} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

interface Waiting {
  start(): void;
}

/**
 * Spreads calls so that a server's limits hold: at most `requests` starts in any `windowMs`, and at most `concurrent` at
 * once. Turns are given in the order in which they were asked for. One timer serves all that wait.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #pace: Required<Pace>;
  /** When each of the last calls leaves the window, oldest first; at most `requests` of them. */
  readonly #leaves: number[] = [];
  readonly #queue = new Set<Waiting>();
  #running = 0;
  #timer: Timer | undefined;

  /** @throws {RangeError} when a number of the pace is out of its range. */
  constructor(clock: Clock, pace: Pace) {
    const { requests, windowMs, concurrent = Number.POSITIVE_INFINITY } = pace;
    if (!Number.isSafeInteger(requests) || requests < 1)
      throw new RangeError(`requests must be a whole number, at least 1; it is ${requests}`);
    if (!Number.isFinite(windowMs) || windowMs <= 0)
      throw new RangeError(`windowMs must be more than 0 and finite; it is ${windowMs}`);
    if (!(concurrent >= 1)) throw new RangeError(`concurrent must be at least 1; it is ${concurrent}`);
    this.#clock = clock;
    this.#pace = { requests, windowMs, concurrent };
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Waits for a turn. Call the returned function when the call is over; calling it again does nothing.
   * @throws {PaceRefusal} when the window has no room before the deadline.
   * @throws the signal's reason when it aborts first.
   */
  turn({ signal, deadline = Number.POSITIVE_INFINITY }: TurnOptions = {}): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const now = this.#clock.now();
      const earliest = this.#earliest(now);
      if (earliest > deadline) return reject(new PaceRefusal(earliest - now));
      const onAbort = () => {
        this.#queue.delete(waiting);
        if (this.#queue.size === 0) this.#disarm();
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve(this.#begin());
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.add(waiting);
      this.#next();
    });
  }

  /** Counts a call as under way until the returned function is called. */
  #begin(): () => void {
    this.#running += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#running -= 1;
      this.#next();
    };
  }

  /** When the window has room for one more behind those that wait. */
  #earliest(now: number): number {
    const { requests, windowMs } = this.#pace;
    this.#forget(now);
    const position = this.#leaves.length + this.#queue.size;
    if (position < requests) return now;
    // Each start makes room for the start `requests` places behind it, one window later.
    const first = this.#leaves[position % requests] ?? now + windowMs;
    return first + windowMs * (Math.floor(position / requests) - 1);
  }

  /** Gives turns as long as there is room; else looks again when there will be. */
  #next(): void {
    const { requests, windowMs, concurrent } = this.#pace;
    this.#disarm();
    const now = this.#clock.now();
    this.#forget(now);
    for (const waiting of this.#queue) {
      if (this.#running >= concurrent) return;
      const [room] = this.#leaves;
      if (room !== undefined && this.#leaves.length >= requests) {
        this.#timer = this.#clock.startTimer(() => this.#next(), room - now);
        return;
      }
      this.#queue.delete(waiting);
      this.#leaves.push(now + windowMs);
      waiting.start();
    }
  }

  #forget(now: number): void {
    while (this.#leaves.length > 0 && (this.#leaves[0] as number) <= now) this.#leaves.shift();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
