import type { Clock, Timer } from "./clock.ts";

/** A time that does not come, for an alarm. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** One timer for whatever is due first. It rings once, never early, and can be set again. */
export interface Alarm {
  /** Rings then and at no other time, by `Clock.now()`. */
  set(at: number): void;
  /** Rings then, unless it is set to ring earlier. */
  by(at: number): void;
}

/** An alarm that is not set. */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let timer: Timer | undefined;
  let setTo = NEVER;
  const onTimer = () => {
    // No clock waits as long as some deadlines are away.
    if (clock.now() < setTo) return set(setTo);
    setTo = NEVER;
    ring();
  };
  const set = (at: number) => {
    timer?.cancel();
    setTo = at;
    timer = at < NEVER ? clock.startTimer(onTimer, at - clock.now()) : undefined;
  };
  return {
    set,
    by(at) {
      if (at < setTo) set(at);
    },
  };
}
