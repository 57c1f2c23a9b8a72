import { KeepAlive } from "@tickwire/codec";
import type { Clock, Timer } from "./clock.ts";
import type { Connection } from "./connection.ts";

/** Heartbeats are sent early by this factor, as the vendor's own client does. */
const EARLY = 0.8;

/** Sends KeepAlive (1004) as often as OpenD asked for, until it is stopped. */
export function startKeepAlive(connection: Connection, clock: Clock, intervalMs: number): { stop(): void } {
  let timer: Timer;
  const beat = () => {
    // First, because writing may end the connection, which stops the timer.
    timer = clock.startTimer(beat, intervalMs * EARLY);
    // A heartbeat without an answer is not an error by itself; the end of the link is told by the link.
    const time = BigInt(Math.floor(clock.unixMs() / 1000));
    connection.request(KeepAlive, { time }, { beyondLimit: true }).catch(() => undefined);
  };
  timer = clock.startTimer(beat, intervalMs * EARLY);
  return { stop: () => timer.cancel() };
}
