import type { Clock, RateLimit } from "@tickwire/session";

/**
 * The documented request limits as OpenD counts them: a sliding window per protocol, in which request 1 and request n + 1
 * are more than the window apart. One for the whole fake, because the limits are per login. A refused request does not
 * count.
 */
export class RateLimits {
  readonly #clock: Clock;
  /** Per protocol id, when the requests of the last window came, oldest first. */
  readonly #times = new Map<number, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request. False when it is over the limit. */
  admit(protocol: { readonly id: number; readonly limit?: RateLimit }): boolean {
    if (protocol.limit === undefined) return true;
    const { requests, windowMs } = protocol.limit;
    const now = this.#clock.now();
    const recent = (this.#times.get(protocol.id) ?? []).filter((time) => now - time <= windowMs);
    const admitted = recent.length < requests;
    if (admitted) recent.push(now);
    this.#times.set(protocol.id, recent);
    return admitted;
  }
}
