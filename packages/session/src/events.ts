import { disposable } from "./dispose.ts";
import { guarded } from "./guarded.ts";

/** Typed listeners. */
export interface Listeners<Events extends object> {
  /** Adds a listener; the returned object removes it. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => unknown): Disposable;
  emit<K extends keyof Events>(name: K, event: Events[K]): void;
}

/**
 * Unlike an EventEmitter they have no event that kills the process when nobody listens, and a listener that throws, or
 * rejects, disturbs neither the others nor the emitter. What is told while they listen they hear next, so that all hear
 * everything in its order.
 * @param onError Takes what a listener of the named event throws, or rejects with.
 */
export function listeners<Events extends object>(
  onError: (error: unknown, name: keyof Events) => void,
): Listeners<Events> {
  const entries = new Set<readonly [name: keyof Events, listener: (event: never) => unknown]>();
  /** What is being told, and what comes behind it. */
  const queue: (() => void)[] = [];
  return {
    on(name, listener) {
      // A fresh entry, so that one listener added twice is called twice and removed once.
      const entry = [name, listener] as const;
      entries.add(entry);
      return disposable(() => entries.delete(entry));
    },
    emit(name, event) {
      queue.push(() => {
        for (const [of, listener] of [...entries])
          if (of === name)
            guarded(
              () => listener(event as never),
              (error) => onError(error, name),
            );
      });
      if (queue.length > 1) return;
      for (; queue[0] !== undefined; queue.shift()) queue[0]();
    },
  };
}
