import { limitKey, type RequestProtocol } from "@tickwire/codec";
import type { Clock } from "./clock.ts";
import { type Leave, Pacer, type TurnOptions } from "./pacer.ts";
import { systemClock } from "./system-clock.ts";

/**
 * By how much the pace stays behind OpenD's limits, in milliseconds: OpenD wants more than the window between two requests,
 * and its clock, its timers and the network are not exact.
 */
const MARGIN_MS = 50;

/**
 * Keeps the documented limits of OpenD, each count by a pacer of its own (see `limitKey`). It belongs to no connection:
 * the limits are per login, so all clients of one OpenD should share one.
 */
export class RequestPacer {
  readonly #clock: Clock;
  readonly #pacers = new Map<string, Pacer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const pacer of this.#pacers.values()) waiting += pacer.waiting;
    return waiting;
  }

  /**
   * A turn for a request with this content: `Pacer.turn` says how it is given and refused. Undefined when no limit counts
   * the request; then there is nothing to wait for and nothing to call at its end.
   */
  turn(
    protocol: Pick<RequestProtocol<never, unknown>, "name" | "limit">,
    c2s: unknown,
    options?: TurnOptions,
  ): undefined | Leave | Promise<Leave> {
    const key = limitKey(protocol, c2s);
    if (protocol.limit === undefined || key === undefined) return undefined;
    let pacer = this.#pacers.get(key);
    if (pacer === undefined) {
      this.#dropIdle();
      // Protocols that share a bucket have the same limit: the manifest's test sees to it.
      pacer = new Pacer(this.#clock, { ...protocol.limit, marginMs: MARGIN_MS });
      this.#pacers.set(key, pacer);
    }
    return pacer.turn(options);
  }

  /** Whenever there is a new count, so that there are never more than the last windows had use for. */
  #dropIdle(): void {
    for (const [key, pacer] of this.#pacers) if (pacer.isIdle) this.#pacers.delete(key);
  }
}

/**
 * A pacer for clients of one OpenD to share, as their option `pacer`: OpenD counts them together.
 * @param clock Default: real time. It must be that of the clients.
 */
export function createPacer(clock: Clock = systemClock): RequestPacer {
  return new RequestPacer(clock);
}
