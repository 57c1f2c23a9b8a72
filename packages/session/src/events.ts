import { disposable } from "./dispose.ts";

/**
 * Typed listeners. Unlike an EventEmitter it has no event that kills the process when nobody listens, and a listener
 * that throws disturbs neither the others nor the emitter.
 */
export class Listeners<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  readonly #onError: (error: unknown, name: keyof Events) => void;

  /** @param onError Takes what a listener of the named event throws. */
  constructor(onError: (error: unknown, name: keyof Events) => void) {
    this.#onError = onError;
  }

  /** Adds a listener; the returned object removes it. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): Disposable {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    // A fresh function, so that one listener added twice is called twice and removed once.
    const entry = (event: never) => listener(event);
    set.add(entry);
    return disposable(() => set.delete(entry));
  }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(event as never);
      } catch (error) {
        this.#onError(error, name);
      }
    }
  }
}
