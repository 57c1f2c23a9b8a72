import type { Clock, Timer } from "../clock.ts";

/** 2026-01-02 03:04:05 UTC. */
export const START_UNIX_MS = 1_767_323_045_000;

/** Time that stands still until it is told. */
export class ManualClock implements Clock {
  #now = 1000;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  readonly #wakes = new Set<() => void>();

  /** How many timers are running. */
  get timers(): number {
    return this.#timers.size;
  }

  /** How many want to hear of wake-ups. */
  get wakeListeners(): number {
    return this.#wakes.size;
  }

  /** In how many milliseconds the next timer fires. */
  get nextInMs(): number | undefined {
    const [next] = this.#due(Number.POSITIVE_INFINITY);
    return next && next.at - this.#now;
  }

  now(): number {
    return this.#now;
  }

  unixMs(): number {
    return START_UNIX_MS + this.#now - 1000;
  }

  startTimer(callback: () => void, delayMs: number): Timer {
    const timer = { at: this.#now + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  onWake(callback: () => void): { cancel(): void } {
    this.#wakes.add(callback);
    return { cancel: () => this.#wakes.delete(callback) };
  }

  /** The runtime tells that it may have stood still. */
  async wake(): Promise<void> {
    for (const callback of this.#wakes) callback();
    await settle();
  }

  /** The computer sleeps: time goes on and no timer fires. What became due fires late, with the next `advance`. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Moves on, fires what is due on the way in its order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let [next] = this.#due(end); next !== undefined; [next] = this.#due(end)) {
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #due(until: number) {
    return [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
  }
}

/** Lets every promise that can settle now do so; no time passes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}
