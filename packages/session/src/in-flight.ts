import type { Clock, Timer } from "./clock.ts";

/** A request that waits for its reply. */
export interface PendingRequest {
  readonly protoId: number;
  readonly serialNo: number;
  /** By `Clock.now()`. */
  readonly deadline: number;
  /** Called when the deadline has passed; the request is no longer in flight then. */
  expire(): void;
}

/**
 * The requests under way, by protocol id and serial number. Taking one out is what settles it: whoever takes it, and
 * nobody else, may resolve or reject it. One timer serves all deadlines.
 */
export class InFlight<P extends PendingRequest> {
  readonly #clock: Clock;
  readonly #requests = new Map<string, P>();
  #timer: Timer | undefined;
  /** What the timer is set to. */
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#requests.size;
  }

  add(request: P): void {
    this.#requests.set(keyOf(request.protoId, request.serialNo), request);
    if (request.deadline < this.#timerAt) this.#arm(request.deadline);
  }

  has(request: P): boolean {
    return this.#requests.get(keyOf(request.protoId, request.serialNo)) === request;
  }

  /** Takes a request out; undefined when it is not, or no longer, in flight. */
  take(protoId: number, serialNo: number): P | undefined {
    const key = keyOf(protoId, serialNo);
    const request = this.#requests.get(key);
    if (request === undefined) return undefined;
    this.#requests.delete(key);
    if (this.#requests.size === 0) this.#disarm();
    return request;
  }

  /** Takes all requests out. */
  takeAll(): P[] {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    this.#disarm();
    return requests;
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = this.#clock.startTimer(() => this.#sweep(), at - this.#clock.now());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = this.#clock.now();
    const expired: P[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [key, request] of this.#requests) {
      if (request.deadline > now) {
        next = Math.min(next, request.deadline);
      } else {
        this.#requests.delete(key);
        expired.push(request);
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const request of expired) request.expire();
  }
}

const keyOf = (protoId: number, serialNo: number): string => `${protoId}:${serialNo}`;
