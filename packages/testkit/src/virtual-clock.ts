import type { Clock, Timer } from "@tickwire/session";

/** Options of {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** Milliseconds since 1970-01-01 UTC at the start. Default 2026-01-05 09:30 in Hong Kong, when the market opens. */
  readonly startUnixMs?: number;
}

interface Pending {
  readonly callback: () => void;
  readonly dueMs: number;
}

/**
 * A clock that stands still until {@link VirtualClock.advance} or {@link VirtualClock.sleep} moves it, so that a test of a timeout takes no time.
 *
 * Between two timers, before the first and after the last, it lets everything settle that waits for no timer: it gives one
 * turn to the event loop, before which the runtime empties its queue of promises. So a chain of awaits over a memory link
 * has run to its end, however long it is. What needs several turns, such as a real socket, has not.
 */
export class VirtualClock implements Clock {
  readonly #startUnixMs: number;
  #nowMs = 0;
  /** In the order of their start. */
  readonly #timers = new Set<Pending>();
  readonly #wakeListeners = new Set<{ readonly callback: () => void }>();
  #advancing = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#startUnixMs = options.startUnixMs ?? Date.UTC(2026, 0, 5, 1, 30);
  }

  /** Milliseconds that it was moved by so far. */
  now(): number {
    return this.#nowMs;
  }

  /** Milliseconds since 1970-01-01 UTC. */
  unixMs(): number {
    return this.#startUnixMs + this.#nowMs;
  }

  /** Timers that have neither fired nor been cancelled: 0 after everything was closed. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Who listens for {@link VirtualClock.wake}: 0 after everything was closed. */
  get wakeListeners(): number {
    return this.#wakeListeners.size;
  }

  /** Calls back once, when the clock has been moved by `delayMs` milliseconds; a negative delay counts as 0. */
  startTimer(callback: () => void, delayMs: number): Timer {
    const timer: Pending = { callback, dueMs: this.#nowMs + Math.max(0, delayMs) };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** Calls back at every {@link VirtualClock.wake}. */
  onWake(callback: () => void): { cancel(): void } {
    const listener = { callback };
    this.#wakeListeners.add(listener);
    return { cancel: () => this.#wakeListeners.delete(listener) };
  }

  /** Tells those who listen that the runtime may have stood still, as a page that becomes visible does. */
  wake(): void {
    for (const { callback } of [...this.#wakeListeners]) callback();
  }

  /**
   * Moves the clock by `ms` milliseconds and fires what becomes due, in order of the due time and then of the start; also
   * what the fired timers start. A callback that throws ends it with that error, at the time of that timer.
   * @throws {RangeError} For a negative or infinite `ms`.
   * @throws {Error} When another `advance` or `sleep` has not ended yet.
   */
  advance(ms: number): Promise<void> {
    return this.#move(ms, this.#nowMs);
  }

  /**
   * Stands still while `ms` milliseconds pass, as a computer that was closed, or a frozen page: then fires what has become
   * due, in the order of `advance`, but late, each timer at the time of waking. What the fired timers start is due from then
   * on. It tells no {@link VirtualClock.wake}: computers do not.
   * @throws {RangeError} For a negative or infinite `ms`.
   * @throws {Error} When another `advance` or `sleep` has not ended yet.
   */
  sleep(ms: number): Promise<void> {
    return this.#move(ms, this.#nowMs + ms);
  }

  /** Fires what is due within `ms`, each timer at its own time, but none before `awakeMs`. */
  async #move(ms: number, awakeMs: number): Promise<void> {
    if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`cannot move by ${ms} ms: time only moves forward`);
    if (this.#advancing) throw new Error("the clock is still moving: await it before the next advance() or sleep()");
    this.#advancing = true;
    const turns = new Turns();
    try {
      const endMs = this.#nowMs + ms;
      await turns.next();
      this.#nowMs = awakeMs;
      for (let timer = this.#dueBy(endMs); timer !== undefined; timer = this.#dueBy(endMs)) {
        this.#timers.delete(timer);
        this.#nowMs = Math.max(timer.dueMs, awakeMs);
        timer.callback();
        await turns.next();
      }
      this.#nowMs = endMs;
      await turns.next();
    } finally {
      turns.close();
      this.#advancing = false;
    }
  }

  #dueBy(endMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#timers)
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    return first;
  }
}

/** Node's way to a turn of the event loop, taken before a test runner can replace it by a fake; browsers have none. */
const { setImmediate } = globalThis as { readonly setImmediate?: (callback: () => void) => unknown };

/** Turns of the event loop. Not by timers, because they may be faked by the test runner and come with a delay. */
class Turns {
  readonly #channel = setImmediate === undefined ? new MessageChannel() : undefined;

  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#channel === undefined) setImmediate?.(resolve);
      else {
        this.#channel.port1.onmessage = () => resolve();
        this.#channel.port2.postMessage(undefined);
      }
    });
  }

  close(): void {
    this.#channel?.port1.close();
    this.#channel?.port2.close();
  }
}
