import { createAlarm, NEVER } from "./alarm.ts";
import type { Clock } from "./clock.ts";

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
 * The requests under way, by serial number, which no two of a connection have in common. Taking one out is what settles
 * it: whoever takes it, and nobody else, may resolve or reject it.
 */
export interface InFlight<P extends PendingRequest> {
  readonly size: number;
  add(request: P): void;
  has(request: P): boolean;
  /** Takes a request out; undefined when it is not, or no longer, in flight. */
  take(protoId: number, serialNo: number): P | undefined;
  /** Takes all requests out. */
  takeAll(): P[];
}

/** One timer serves all deadlines. */
export function requestsInFlight<P extends PendingRequest>(clock: Clock): InFlight<P> {
  const requests = new Map<number, P>();
  const alarm = createAlarm(clock, () => {
    const now = clock.now();
    const expired = [...requests.values()].filter(({ deadline }) => deadline <= now);
    for (const { serialNo } of expired) requests.delete(serialNo);
    alarm.set([...requests.values()].reduce((next, { deadline }) => Math.min(next, deadline), NEVER));
    for (const request of expired) request.expire();
  });

  return {
    get size() {
      return requests.size;
    },
    add(request) {
      requests.set(request.serialNo, request);
      alarm.by(request.deadline);
    },
    has: (request) => requests.get(request.serialNo) === request,
    take(protoId, serialNo) {
      const request = requests.get(serialNo);
      if (request?.protoId !== protoId) return undefined;
      requests.delete(serialNo);
      if (requests.size === 0) alarm.set(NEVER);
      return request;
    },
    takeAll() {
      const all = [...requests.values()];
      requests.clear();
      alarm.set(NEVER);
      return all;
    },
  };
}
