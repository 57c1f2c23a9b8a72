import type { Clock, Timer } from "@tickwire/session";

/** Whose timers these are. Those of one that sleeps do not fire while the computer does. */
export interface Owner {
  readonly name: string;
  readonly sleeps: boolean;
  /** Timers that have neither fired nor been cancelled. */
  timers: number;
}

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly owner: Owner;
  callback: (() => void) | undefined;
}

/** Timers that may fire at one moment: more of them never come to an end. */
const MAX_AT_ONCE = 5000;
const START_UNIX_MS = Date.UTC(2026, 0, 5, 1, 30);

/**
 * Virtual time for the whole simulated world, with a clock for each of its parts. After each timer the event loop gets one
 * turn, before which the runtime empties its queue of promises: so nothing that waits for no timer is left undone.
 */
export class SimTime {
  #nowMs = 0;
  #order = 0;
  /** A binary heap, the earliest first. */
  readonly #heap: Pending[] = [];
  readonly #wakes = new Set<() => void>();
  /** Called when time stands still, because each timer starts another one that is due at once. */
  onStuck: () => void = () => undefined;
  #firedNow = 0;
  #isAsleep = false;
  #missed: Pending[] = [];

  get now(): number {
    return this.#nowMs;
  }

  owner(name: string, sleeps = true): Owner {
    return { name, sleeps, timers: 0 };
  }

  /** @param wakes Whether the runtime tells when it wakes up. */
  clock(owner: Owner, wakes = false): Clock {
    const onWake = (callback: () => void) => {
      // Wrapped, so that two equal callbacks are two.
      const entry = () => callback();
      this.#wakes.add(entry);
      return { cancel: () => this.#wakes.delete(entry) };
    };
    return {
      now: () => this.#nowMs,
      unixMs: () => START_UNIX_MS + this.#nowMs,
      startTimer: (callback, delayMs) => this.startTimer(owner, callback, delayMs),
      ...(wakes && { onWake }),
    };
  }

  /** Listeners for waking up. */
  get wakeListeners(): number {
    return this.#wakes.size;
  }

  startTimer(owner: Owner, callback: () => void, delayMs: number): Timer {
    const timer: Pending = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, owner, callback };
    owner.timers += 1;
    this.#add(timer);
    return {
      cancel: () => {
        if (timer.callback === undefined) return;
        timer.callback = undefined;
        owner.timers -= 1;
      },
    };
  }

  /** Lets all promises settle. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves on and fires what becomes due. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let timer = this.#dueBy(endMs); timer !== undefined; timer = this.#dueBy(endMs)) {
      if (timer.owner.sleeps && this.#isAsleep) {
        this.#missed.push(timer);
        continue;
      }
      if (timer.at > this.#nowMs) this.#firedNow = 0;
      this.#firedNow += 1;
      if (this.#firedNow > MAX_AT_ONCE) return this.onStuck();
      this.#nowMs = Math.max(this.#nowMs, timer.at);
      const { callback } = timer;
      timer.callback = undefined;
      timer.owner.timers -= 1;
      callback?.();
      await this.settle();
    }
    this.#nowMs = endMs;
  }

  /** The computer sleeps while the world outside goes on; then its timers fire late. */
  async sleep(ms: number, tellsWake: boolean): Promise<void> {
    this.#isAsleep = true;
    await this.advance(ms);
    this.#isAsleep = false;
    for (const timer of this.#missed) this.#add(timer);
    this.#missed = [];
    if (tellsWake) for (const wake of [...this.#wakes]) wake();
    await this.advance(0);
  }

  #dueBy(endMs: number): Pending | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      if (first.callback !== undefined && first.at > endMs) return undefined;
      this.#removeFirst();
      if (first.callback !== undefined) return first;
    }
  }

  #add(timer: Pending): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Pending;
      if (isBefore(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Pending, heap[below] as Pending)) below += 1;
      if (isBefore(last, heap[below] as Pending)) break;
      heap[at] = heap[below] as Pending;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Pending, b: Pending): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
