import { type Clock, limitKey } from "@tickwire/session";
import type { DecodedRequest } from "./connection.ts";

/**
 * The documented request limits as OpenD counts them: a sliding window per protocol, bucket or account, in which request 1
 * and request n + 1 are more than the window apart, and for some a least time between two requests. One for the whole
 * fake, because the limits are per login. A refused request does not count.
 */
export class RateLimits {
  readonly #clock: Clock;
  /** Per count, when the requests of the last window came, oldest first. */
  readonly #times = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request. False when it is over the limit. */
  admit({ protocol, c2s }: Pick<DecodedRequest, "protocol" | "c2s">): boolean {
    const key = limitKey(protocol, c2s);
    if (protocol.limit === undefined || key === undefined) return true;
    const { requests, windowMs, minGapMs = 0 } = protocol.limit;
    const now = this.#clock.now();
    const recent = (this.#times.get(key) ?? []).filter((time) => now - time <= windowMs);
    const admitted = recent.length < requests && now - (recent.at(-1) ?? Number.NEGATIVE_INFINITY) >= minGapMs;
    if (admitted) recent.push(now);
    this.#times.set(key, recent);
    return admitted;
  }
}
