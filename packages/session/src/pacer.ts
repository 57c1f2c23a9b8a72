import { type Alarm, createAlarm, NEVER } from "./alarm.ts";
import type { Clock } from "./clock.ts";

/** How often calls may start. */
export interface Pace {
  /** Calls that any window may hold; a whole number, at least 1. */
  readonly requests: number;
  /** Length of the sliding window, in milliseconds; more than 0, finite. */
  readonly windowMs: number;
  /** Calls that may be under way at once; at least 1. Default: any number. */
  readonly concurrent?: number;
  /** How much longer than a window a slot stays taken, in milliseconds; 0 or more, finite. Default 0. */
  readonly marginMs?: number;
  /** Least time between two calls, in milliseconds; 0 or more, finite. The margin is added to it. Default: none. */
  readonly minGapMs?: number;
}

/** Options of one turn. */
export interface TurnOptions {
  /** Leaves the queue when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** The same for a second one, which is that of the owner of many calls. */
  readonly ownerSignal?: AbortSignal | undefined;
  /**
   * By `Clock.now()`: a turn that cannot come by then is refused, at once where that is known, else when the time has
   * come. Default: none.
   */
  readonly deadline?: number | undefined;
  /**
   * Called once when the turn is not given at once, with the least time that it will take, in milliseconds, as far as is
   * known now. It must not throw.
   */
  readonly onWait?: ((delayMs: number) => void) | undefined;
}

/** Why a turn was refused: there is no room before the deadline. */
export class PaceRefusal extends Error {
  override readonly name = "PaceRefusal";
  /** The least time until there is room behind those that wait now, in milliseconds from now. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`no room for another call for ${Math.ceil(retryAfterMs)} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Gives a turn back: a call that has begun takes its place for a while yet, another one leaves no trace. */
export type Leave = (hasBegun?: boolean) => void;

interface Waiting {
  readonly deadline: number;
  start(now: number): void;
  refuse(now: number): void;
}

/**
 * Spreads calls so that a server's limits hold. A server counts a call when it arrives, which is some time between its
 * start and its end. So a call has its slot of the `requests` from its start until a window and a margin after its end:
 * whenever the two arrive, a call that gets the slot later arrives more than the window later. At most `concurrent` calls
 * are under way at once.
 *
 * The gap counts from start to start: calls go out on one ordered stream, where waiting for the end of each would be for
 * nothing. The margin is for the network, which may bring two of them closer together.
 *
 * Turns are given in the order in which they were asked for. One timer serves all that wait.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #requests: number;
  readonly #concurrent: number;
  /** How long a slot stays taken after the end of its call. */
  readonly #holdMs: number;
  readonly #gapMs: number;
  /** When the slots of calls that are over get free, the earliest first. */
  readonly #frees: number[] = [];
  /** Calls that are not over. */
  #running = 0;
  /** When the gap behind the last start ends. */
  #gapEnd = -NEVER;
  readonly #queue = new Set<Waiting>();
  readonly #alarm: Alarm;

  /** @throws {RangeError} when a number of the pace is out of its range. */
  constructor(clock: Clock, pace: Pace) {
    const { requests, windowMs, concurrent = NEVER, marginMs = 0, minGapMs = 0 } = pace;
    const check = (name: keyof Pace, isRight: boolean, range: string) => {
      if (!isRight) throw new RangeError(`${name} must be ${range}; it is ${pace[name]}`);
    };
    check("requests", Number.isSafeInteger(requests) && requests >= 1, "a whole number, at least 1");
    check("windowMs", windowMs > 0 && windowMs < NEVER, "more than 0 and finite");
    check("concurrent", concurrent >= 1, "at least 1");
    check("marginMs", marginMs >= 0 && marginMs < NEVER, "0 or more and finite");
    check("minGapMs", minGapMs >= 0 && minGapMs < NEVER, "0 or more and finite");
    this.#clock = clock;
    this.#alarm = createAlarm(clock, () => this.#next());
    this.#requests = requests;
    this.#concurrent = concurrent;
    this.#holdMs = windowMs + marginMs;
    this.#gapMs = minGapMs === 0 ? 0 : minGapMs + marginMs;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** True when nothing that was may delay a call: a new pacer would do the same. */
  get isIdle(): boolean {
    const now = this.#clock.now();
    this.#forget(now);
    return this.#running + this.#frees.length + this.#queue.size === 0 && this.#gapEnd <= now;
  }

  /**
   * Gives a turn: at once when there is one, else a promise of it. Call the function when the call is over, with false when
   * it never began; calling it again does nothing. The promise rejects with a {@link PaceRefusal} when there is no room before the deadline, and with
   * a signal's reason when it aborts first.
   */
  turn({ signal, ownerSignal, deadline = NEVER, onWait }: TurnOptions = {}): Leave | Promise<Leave> {
    const signals = [signal, ownerSignal];
    for (const one of signals) if (one?.aborted) return Promise.reject(one.reason);
    const now = this.#clock.now();
    if (this.#queue.size === 0 && this.#opens(now) <= now && now <= deadline) return this.#begin(now);
    const earliest = this.#earliest(now);
    if (earliest > deadline) return Promise.reject(new PaceRefusal(earliest - now));
    return new Promise((resolve, reject) => {
      const leaveQueue = () => {
        for (const one of signals) one?.removeEventListener("abort", onAbort);
        this.#queue.delete(waiting);
      };
      const onAbort = ({ target }: Event) => {
        leaveQueue();
        if (this.#queue.size === 0) this.#alarm.set(NEVER);
        reject((target as AbortSignal).reason);
      };
      const waiting: Waiting = {
        deadline,
        start: (at) => {
          leaveQueue();
          resolve(this.#begin(at));
        },
        refuse: (at) => {
          leaveQueue();
          reject(new PaceRefusal(this.#earliest(at) - at));
        },
      };
      for (const one of signals) one?.addEventListener("abort", onAbort);
      this.#queue.add(waiting);
      this.#alarm.by(Math.min(deadline, this.#opens(now)));
      onWait?.(earliest - now);
    });
  }

  /** Counts a call as under way until the returned function is called. */
  #begin(now: number): Leave {
    this.#running += 1;
    this.#gapEnd = now + this.#gapMs;
    let isOver = false;
    return (hasBegun = true) => {
      if (isOver) return;
      isOver = true;
      this.#running -= 1;
      if (hasBegun) this.#frees.push(this.#clock.now() + this.#holdMs);
      this.#next();
    };
  }

  /** When there is room for one call, unless another ends before; infinite when one must end first. */
  #opens(now: number): number {
    this.#forget(now);
    if (this.#running >= this.#concurrent) return NEVER;
    const isFull = this.#running + this.#frees.length >= this.#requests;
    return Math.max(isFull ? (this.#frees[0] ?? NEVER) : now, this.#gapEnd);
  }

  /** The earliest that there can be room for one more behind those that wait: if all calls under way ended now. */
  #earliest(now: number): number {
    this.#forget(now);
    const ahead = this.#queue.size;
    // Each start makes room for the start `requests` places behind it.
    const place = ahead % this.#requests;
    const rounds = Math.floor(ahead / this.#requests);
    const free = this.#requests - this.#running - this.#frees.length;
    const slot = place < free ? now : (this.#frees[place - free] ?? now + this.#holdMs);
    return Math.max(slot + rounds * this.#holdMs, this.#gapEnd + ahead * this.#gapMs);
  }

  /** Gives turns as long as there is room, refuses those whose time is up, and looks again when either may be. */
  #next(): void {
    const now = this.#clock.now();
    let next = NEVER;
    for (const waiting of this.#queue) {
      if (now <= waiting.deadline && this.#opens(now) <= now) waiting.start(now);
      else if (now >= waiting.deadline) waiting.refuse(now);
      else next = Math.min(next, waiting.deadline);
    }
    this.#alarm.set(this.#queue.size > 0 ? Math.min(next, this.#opens(now)) : NEVER);
  }

  #forget(now: number): void {
    while ((this.#frees[0] ?? NEVER) <= now) this.#frees.shift();
  }
}
