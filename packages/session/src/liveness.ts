import type { Clock, Timer } from "./clock.ts";

/** Heartbeats are sent early by this factor, as the vendor's own client does. */
const EARLY = 0.8;
/** After a sleep, the peer has this long to be heard again, in milliseconds. */
const WAKE_GRACE_MS = 5000;

/** A connection, by what came from its peer. */
export interface Heard {
  /** When bytes came last, by `Clock.now()`; 0 before the first. */
  readonly heardAt: number;
  /** How often bytes came. */
  readonly chunks: number;
  /** Ends it as a connection that was lost. */
  lose(why: string): void;
}

export interface LivenessOptions {
  readonly clock: Clock;
  readonly connection: Heard;
  /** Nothing received for so long ends the connection, in milliseconds. */
  readonly deadAfterMs: number;
  /** How often the peer wants to hear from us, in milliseconds; undefined where it does not care. */
  readonly keepAliveMs: number | undefined;
  /** Makes the peer send something. */
  readonly beat: () => void;
}

/** Watches over a connection until it is stopped. */
export interface Liveness {
  /** The computer may have slept: the peer is asked at once, and has only a short time to answer. */
  wake(): void;
  stop(): void;
}

/**
 * Sends heartbeats, and ends a connection whose peer has fallen silent. It is judged by received bytes of any kind, so a
 * peer that is busy with a large reply counts as alive. Where the peer asks for heartbeats they are sent at its interval,
 * else only into a silence.
 *
 * A timer that fires much too late tells that the computer has slept: then the old silence proves nothing, and the peer
 * is asked anew.
 */
export function startLiveness({ clock, connection, deadAfterMs, keepAliveMs, beat }: LivenessOptions): Liveness {
  const intervalMs = Math.min((keepAliveMs ?? deadAfterMs) * EARLY, deadAfterMs / 3);
  let timer: Timer;
  /** Before that time a silence proves nothing. */
  let startedAt = clock.now();
  /** How long the peer may be silent. */
  let patienceMs = deadAfterMs;
  /** What was received by the time of the last wake-up. */
  let chunksAtWake = -1;
  let dueAt = 0;

  const arm = () => {
    const inMs = Math.max(0, Math.min(intervalMs, deadAt() - clock.now()));
    dueAt = clock.now() + inMs;
    timer = clock.startTimer(tick, inMs);
  };
  const heardAt = () => Math.max(startedAt, connection.heardAt);
  // Compared as it is waited for: a sum that is rounded otherwise would come a trifle later, again and again.
  const deadAt = () => heardAt() + patienceMs;
  const tick = () => {
    const now = clock.now();
    if (now - dueAt > intervalMs) return wake();
    if (connection.chunks !== chunksAtWake) patienceMs = deadAfterMs;
    const silentMs = now - heardAt();
    if (now >= deadAt()) {
      connection.lose(`the peer has fallen silent: nothing came for ${Math.round(silentMs)} ms`);
      return;
    }
    // First, because writing may end the connection, which stops the timer.
    arm();
    if (keepAliveMs !== undefined || silentMs >= intervalMs) beat();
  };
  const wake = () => {
    timer.cancel();
    startedAt = clock.now();
    chunksAtWake = connection.chunks;
    patienceMs = Math.min(WAKE_GRACE_MS, deadAfterMs);
    arm();
    beat();
  };

  arm();
  return { wake, stop: () => timer.cancel() };
}
