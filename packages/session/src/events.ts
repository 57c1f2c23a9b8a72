import { disposable } from "./dispose.ts";

/** Typed listeners. */
export interface Listeners<Events extends object> {
  /** Adds a listener; the returned object removes it. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): Disposable;
  emit<K extends keyof Events>(name: K, event: Events[K]): void;
}

/**
 * Unlike an EventEmitter they have no event that kills the process when nobody listens, and a listener that throws
 * disturbs neither the others nor the emitter.
 * @param onError Takes what a listener of the named event throws.
 */
export function listeners<Events extends object>(
  onError: (error: unknown, name: keyof Events) => void,
): Listeners<Events> {
  const entries = new Set<readonly [name: keyof Events, listener: (event: never) => void]>();
  return {
    on(name, listener) {
      // A fresh entry, so that one listener added twice is called twice and removed once.
      const entry = [name, listener] as const;
      entries.add(entry);
      return disposable(() => entries.delete(entry));
    },
    emit(name, event) {
      for (const [of, listener] of [...entries]) {
        if (of !== name) continue;
        try {
          listener(event as never);
        } catch (error) {
          onError(error, name);
        }
      }
    },
  };
}
